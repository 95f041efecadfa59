// How long a large site file takes from bytes to findings, as `holdover check` does it, and what of
// that is the YAML library's: 5,000 hosts on 1,000 UPSes and as many outlet units, with switches.

#include "bench/bench.hpp"
#include "io/config/site_loader.hpp"
#include "io/keys/digest.hpp"

#include <yaml-cpp/yaml.h>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

using namespace holdover;

std::string number(std::size_t n) {
  return std::to_string(n);
}

std::string large_site(std::size_t hosts, std::size_t upses) {
  std::string text = "site: large\nnodes:\n";
  for (std::size_t n = 0; n < 3; ++n)
    text += "  - { number: " + number(n) + ", name: node-" + number(n)
            + ", control: \"tcp://10.9.0." + number(n + 1) + ":7400\", events: \"tcp://10.9.0."
            + number(n + 1) + ":7401\", supplies: [{ ups: ups-" + number(n)
            + " }], switches: [core-0, core-1] }\n";
  text +=
      "switches:\n  - { name: core-0, supplies: [{ ups: ups-0 }] }\n"
      "  - { name: core-1, supplies: [{ ups: ups-1 }], links: [core-0] }\n";
  for (std::size_t i = 0; i < upses / 50; ++i)
    text += "  - { name: floor-" + number(i) + ", links: [core-0, core-1], supplies: [{ ups: ups-"
            + number(i) + " }] }\n";
  text += "ups:\n";
  for (std::size_t i = 0; i < upses; ++i)
    text += "  - { name: ups-" + number(i) + ", nut: { host: 10.1.0.1, ups: u" + number(i)
            + " }, rated_runtime: 30m }\n";
  text += "outlet_units:\n";
  for (std::size_t i = 0; i < upses; ++i)
    text += "  - { name: pdu-" + number(i)
            + ", snmp: { host: 10.2.0.1, profile: apc-rpdu }, feed: ups-" + number(i)
            + ", outlets: 8 }\n";
  text += "hosts:\n";
  for (std::size_t i = 0; i < hosts; ++i)
    text += "  - { name: host-" + number(i) + ", supplies: [{ outlet: pdu-" + number(i % upses)
            + '.' + number(i / upses % 8 + 1) + " }, { ups: ups-" + number((i + 1) % upses)
            + " }], shutdown_time: 2m, switches: [core-0, core-1] }\n";
  text += "stages:\n";
  constexpr std::size_t stages = 10;
  for (std::size_t j = 0; j < stages; ++j) {
    text += "  - name: stage-" + number(j) + "\n    when: { on_battery_for: " + number(2 * j + 1)
            + "m, runtime_below: " + number(25 - 2 * j) + "m }\n    hosts: [";
    for (std::size_t i = j; i < hosts; i += stages)
      text += (i == j ? "host-" : ", host-") + number(i);
    text += "]\n";
  }
  return text;
}

}  // namespace

int main(int count, char** values) {
  const auto hosts = bench::argument(count, values, 1, 5000);
  const auto upses = bench::argument(count, values, 2, 1000);
  const auto text = large_site(hosts, upses);
  std::vector<double> ours, bare;
  std::size_t findings = 0;
  for (int round = 0; round < 5; ++round) {
    auto start = bench::clock::now();
    const auto parsed = YAML::LoadAll(text);
    bare.push_back(bench::seconds_since(start));
    start = bench::clock::now();
    std::vector<config::problem> warnings;
    site_assets assets;
    const auto loaded = config::load_site_text("large.yaml", text, keys::sha256, warnings, assets);
    ours.push_back(bench::seconds_since(start));
    if (const auto* bad = std::get_if<std::vector<config::problem>>(&loaded)) {
      std::fputs(config::to_string(*bad).substr(0, 2000).c_str(), stderr);
      return 1;
    }
    findings = warnings.size();
  }
  std::printf(
      "%zu hosts, %zu UPSes, %.0f kB: checked in %.3f s with %zu findings (YAML alone %.3f s)\n",
      hosts, upses, static_cast<double>(text.size()) / 1024, bench::median(ours), findings,
      bench::median(bare));
  if (bench::median(ours) < 1) return 0;
  std::puts("TOO SLOW: the aim is one second");
  return 1;
}
