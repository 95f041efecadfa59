// The parts of the product family against the catalogue: what does not fit does not get bought.

#include "core/catalogue.hpp"
#include "core/review/rules.hpp"
#include "core/words.hpp"

#include <map>
#include <set>

namespace holdover::review_rules {

namespace {

using catalogue::port;

/// Where a sensor hangs, with what that place can do.
struct holder {
  std::string name;
  std::string model;
  catalogue::capabilities can;
  bool sensor_manager = false;
};

std::optional<holder> holder_of(const site& s, const site_assets& assets,
                                const sensor_asset& sensor, bool sensor_manager) {
  if (sensor.attached_to) {
    const auto& card = assets.interfaces[*sensor.attached_to];
    const auto* model = catalogue::find_interface(card.model);
    if (model == nullptr) return std::nullopt;
    return holder{card.name, card.model, model->can, sensor_manager};
  }
  if (sensor.attached_unit) {
    const auto& unit = s.units[*sensor.attached_unit];
    const auto* model = catalogue::find_unit(assets.units[*sensor.attached_unit].model);
    if (model == nullptr) return std::nullopt;
    // An SS4 contains a card; an SS4 AUX has no port at all.
    return holder{unit.name, std::string{model->name},
                  model->has_interface ? catalogue::find_interface("CS121 SK")->can
                                       : catalogue::capabilities{},
                  sensor_manager};
  }
  return std::nullopt;
}

using holder_key = std::pair<bool, std::uint32_t>;  ///< Of a unit, and which.

holder_key key_of(const sensor_asset& sensor) {
  return sensor.attached_unit ? holder_key{true, *sensor.attached_unit}
                              : holder_key{false, *sensor.attached_to};
}

/// A Sensor Manager is there if it is declared, or if a sensor is that fits nowhere else.
std::set<holder_key> managers(const site_assets& assets) {
  std::set<holder_key> found;
  for (std::uint32_t i = 0; i < assets.interfaces.size(); ++i)
    if (assets.interfaces[i].sensor_manager) found.insert({false, i});
  for (const auto& sensor : assets.sensors) {
    const auto* model = catalogue::find_sensor(sensor.model);
    if (model == nullptr || (!sensor.attached_to && !sensor.attached_unit)) continue;
    if (model->fits.front() == port::manager_analog || model->fits.front() == port::manager_digital)
      found.insert(key_of(sensor));
  }
  return found;
}

/// Which inputs of one Sensor Manager, or which COM2, are taken by whom.
struct taken {
  std::vector<std::string> analog;
  std::vector<std::string> digital;
  std::map<std::pair<bool, std::uint32_t>, std::string> numbers;
  std::string com2_model;
  std::set<power::sensor_kind> com2_kinds;
};

void check_range(const sensor_config& sensor, const catalogue::sensor_model& model,
                 const std::string& path, findings& found) {
  const bool humid = sensor.kind == power::sensor_kind::humidity_percent;
  if (humid && !model.humidity)
    found.error(path + ".kind",
                "a " + quoted(model.name) + " measures no humidity: use SM_T_H_COM or SM_T_H");
  const auto lowest = humid ? std::optional{0.0} : model.lowest;
  const auto highest = humid ? std::optional{100.0} : model.highest;
  for (const auto& [key, limit] :
       {std::pair{".alarm_low", sensor.alarm_low}, std::pair{".alarm_high", sensor.alarm_high}})
    if (limit && lowest && highest && (*limit < *lowest || *limit > *highest))
      found.error(path + key, "is " + in_words(*limit) + ", but a " + quoted(model.name)
                                  + " measures from " + in_words(*lowest) + " to "
                                  + in_words(*highest) + ": the alarm could never be raised");
  if (humid && sensor.hysteresis < catalogue::humidity_error_percent)
    found.warning(path + ".hysteresis",
                  "is " + in_words(sensor.hysteresis) + " %, less than the error of the sensor (5 %): "
                      "the alarm would come and go; raise it");
}

void take_input(const sensor_config& sensor, const sensor_asset& asset, bool digital,
                const std::string& path, taken& on, findings& found) {
  auto& list = digital ? on.digital : on.analog;
  const auto most = digital ? catalogue::manager_digital_inputs : catalogue::manager_analog_inputs;
  const std::string kind = digital ? "digital" : "analog";
  list.push_back(sensor.name);
  if (list.size() == most + 1)
    found.error(path + ".attached_to", "is " + kind + " input number " + std::to_string(list.size())
                                           + " of a Sensor Manager, which has "
                                           + std::to_string(most) + ": attach it elsewhere");
  if (asset.input == 0) return;
  if (asset.input > most)
    found.error(path + ".input", "is " + std::to_string(asset.input) + ": a Sensor Manager has "
                                     + kind + " inputs 1 to " + std::to_string(most));
  const auto [other, is_new] = on.numbers.emplace(std::pair{digital, asset.input}, sensor.name);
  if (!is_new)
    found.error(path + ".input", kind + " input " + std::to_string(asset.input) + " is taken by "
                                     + quoted(other->second) + ": use another");
}

void take_com2(const sensor_config& sensor, const sensor_asset& asset, const holder& where,
               const std::string& path, taken& on, findings& found) {
  if (where.sensor_manager)
    found.error(path + ".model", quoted(asset.model) + " needs COM2 of " + quoted(where.name)
                                     + ", where a Sensor Manager is: use SM_T or SM_T_H on that");
  const bool same_device = on.com2_model == asset.model && asset.model == "SM_T_H_COM"
                           && !on.com2_kinds.contains(sensor.kind);
  if (!on.com2_model.empty() && !same_device)
    found.error(path + ".attached_to", "COM2 of " + quoted(where.name)
                                           + " takes one sensor, and has one already: use a Sensor "
                                             "Manager for more");
  on.com2_model = asset.model;
  on.com2_kinds.insert(sensor.kind);
}

void place(const sensor_config& sensor, const sensor_asset& asset,
           const catalogue::sensor_model& model, const holder& where, const std::string& path,
           taken& on, findings& found) {
  const auto fits = [&](port p) {
    return std::find(model.fits.begin(), model.fits.end(), p) != model.fits.end();
  };
  const bool needs_port = !fits(port::contact);
  if (needs_port && !where.can.sensors) {
    found.error(path + ".attached_to",
                "a " + quoted(where.model) + " takes no " + quoted(asset.model)
                    + ": use a Professional interface (CS121, CS121 SK) or an SS4");
    return;
  }
  if (fits(port::contact) && !where.can.contacts) {
    found.error(path + ".attached_to", "a " + quoted(where.model)
                                           + " has no contacts: use a Professional or Industrial "
                                             "interface, or a Sensor Manager");
    return;
  }
  if (fits(port::com2)) take_com2(sensor, asset, where, path, on, found);
  if (fits(port::manager_analog)) take_input(sensor, asset, false, path, on, found);
  if (fits(port::manager_digital) && where.sensor_manager)
    take_input(sensor, asset, true, path, on, found);
}

void check_outputs(const interface_asset& card, const std::string& path, findings& found) {
  std::set<std::uint32_t> numbers;
  for (std::size_t i = 0; i < card.outputs.size(); ++i) {
    const auto& output = card.outputs[i];
    const auto here = path + ".sensor_manager." + at("outputs", i);
    if (output.number == 0 || output.number > catalogue::manager_outputs)
      found.error(here + ".number",
                  "is " + std::to_string(output.number) + ": a Sensor Manager has outputs 1 to 4");
    else if (!numbers.insert(output.number).second)
      found.error(here + ".number",
                  std::to_string(output.number) + " is taken by another output: use another");
    if (output.name.empty()) found.error(here + ".name", "is missing: say what it switches");
  }
}

template <class List>
void unique(const List& things, std::string_view list, findings& found) {
  std::map<std::string, std::size_t> seen;
  for (std::size_t i = 0; i < things.size(); ++i) {
    const auto path = at(list, i) + ".name";
    if (things[i].name.empty())
      found.error(path, "is missing: give it a name");
    else if (!seen.emplace(things[i].name, i).second)
      found.error(path, quoted(things[i].name) + " is already the name at "
                            + at(list, seen[things[i].name]) + ": give each its own");
  }
}

}  // namespace

void names_of_assets(const site&, const site_assets& assets, findings& found) {
  unique(assets.switches, "switches", found);
  unique(assets.interfaces, "interfaces", found);
}

void interfaces(const site& s, const site_assets& assets, findings& found) {
  for (std::size_t i = 0; i < assets.interfaces.size(); ++i) {
    const auto& card = assets.interfaces[i];
    const auto path = at("interfaces", i);
    const auto* model = catalogue::find_interface(card.model);
    if (model == nullptr) continue;
    const std::string kind{to_string(model->kind)};
    if (card.modbus == "rs232" && !model->can.modbus_rs232)
      found.error(path + ".modbus", "a " + kind + " interface speaks no Modbus over RS232: "
                                        + (model->can.modbus_rs485 ? "use rs485" : "use ip"));
    if (card.modbus == "rs485" && !model->can.modbus_rs485)
      found.error(path + ".modbus", "a " + kind + " interface speaks no Modbus over RS485: use ip");
    if (card.sensor_manager && !model->can.sensors)
      found.error(path + ".sensor_manager",
                  "a " + quoted(card.model)
                      + " takes no Sensor Manager: use a Professional interface (CS121, CS121 SK)");
    if (card.cable_metres && *card.cable_metres >= catalogue::serial_metres_below)
      found.error(path + ".cable_metres",
                  "is " + in_words(*card.cable_metres)
                      + " m, but a serial line must be shorter than 12 m: move the interface to the "
                        "UPS, or use a card in its slot");
    if (model->shape == catalogue::form::card && !card.ups)
      found.warning(path + ".ups", "is missing: a card sits in the slot of a UPS; name it");
    if (model->shape == catalogue::form::card && card.cable_metres)
      found.warning(path + ".cable_metres",
                    "a card sits in the UPS and has no cable: leave it out");
    check_outputs(card, path, found);
    for (std::size_t j = 0; j < i; ++j)
      if (card.ups && assets.interfaces[j].ups == card.ups)
        found.note(path + ".ups", "UPS " + quoted(s.upses[*card.ups].name)
                                      + " has another interface, "
                                      + quoted(assets.interfaces[j].name)
                                      + ": see that both are read, or that one is spare");
  }
}

void units(const site& s, const site_assets& assets, findings& found) {
  for (std::size_t i = 0; i < s.units.size(); ++i) {
    const auto& asset = assets.units[i];
    const auto* model = catalogue::find_unit(asset.model);
    if (model == nullptr) continue;
    const auto path = at("outlet_units", i);
    if (s.units[i].outlets > model->outlets)
      found.error(path + ".outlets", "is " + std::to_string(s.units[i].outlets) + ", but an "
                                         + quoted(model->name) + " has "
                                         + std::to_string(model->outlets));
    if (model->has_interface) {
      if (asset.attached_to)
        found.error(path + ".attached_to",
                    "an \"SS4\" has an interface of its own and is attached to none: leave it out, "
                    "or correct the model to SS4 AUX");
      continue;
    }
    if (!asset.attached_to) {
      found.error(path + ".attached_to",
                  "is missing: an \"SS4 AUX\" is switched by an interface on "
                  "its control cable; name it");
    } else if (const auto* card =
                   catalogue::find_interface(assets.interfaces[*asset.attached_to].model);
               card != nullptr && !card->can.drives_aux) {
      found.error(path + ".attached_to",
                  "a " + quoted(card->name)
                      + " drives no \"SS4 AUX\": use a Professional or Industrial interface");
    }
    if (asset.cable_metres && *asset.cable_metres > catalogue::aux_metres_max)
      found.error(path + ".cable_metres", "is " + in_words(*asset.cable_metres)
                                              + " m, the control cable of an \"SS4 AUX\" may have "
                                                "15 m: move it closer, or use an SS4");
  }
}

void sensors(const site& s, const site_assets& assets, findings& found) {
  const auto with_manager = managers(assets);
  std::map<holder_key, taken> ports;
  for (std::size_t i = 0; i < s.sensors.size(); ++i) {
    const auto& asset = assets.sensors[i];
    const auto* model = catalogue::find_sensor(asset.model);
    const auto path = at("sensors", i);
    if (model == nullptr) continue;
    check_range(s.sensors[i], *model, path, found);
    if (!asset.attached_to && !asset.attached_unit) continue;
    const auto where = holder_of(s, assets, asset, with_manager.contains(key_of(asset)));
    if (where) place(s.sensors[i], asset, *model, *where, path, ports[key_of(asset)], found);
  }
}

}  // namespace holdover::review_rules
