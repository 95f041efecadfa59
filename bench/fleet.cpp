#include "bench/fleet.hpp"

#include "bench/bench.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <sys/epoll.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace holdover::bench {

namespace {

constexpr std::size_t thread_count = 2;
constexpr int look_up_every_ms = 50;

}  // namespace

/// The agents of one thread.
class fleet::crew {
public:
  crew(fleet& of, std::size_t first, std::size_t last) : of_(of), first_(first) {
    for (std::size_t agent = first; agent < last; ++agent)
      connect(agent);
    // A descriptor signals only what comes after the socket was once found empty.
    for (std::size_t agent = first; agent < last; ++agent) {
      say(agent, of_.reaction_(agent, {}));
      hear(agent);
    }
  }
  ~crew() { ::close(epoll_); }
  crew(const crew&) = delete;
  crew& operator=(const crew&) = delete;

  void turn() {
    std::array<epoll_event, 256> ready{};
    const int count =
        ::epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), look_up_every_ms);
    for (int i = 0; i < count; ++i)
      hear(first_ + ready[static_cast<std::size_t>(i)].data.u64);
  }

private:
  using lines = std::array<zmq::socket_t, node_count>;

  void connect(std::size_t agent) {
    auto& own = lines_.emplace_back();
    for (std::size_t n = 0; n < node_count; ++n) {
      const auto& keys = of_.agents_[agent].curve;
      own[n] = zmq::socket_t{of_.context_, ZMQ_DEALER};
      own[n].set(zmq::sockopt::curve_serverkey, of_.nodes_[n].key);
      own[n].set(zmq::sockopt::curve_publickey, keys.public_key);
      own[n].set(zmq::sockopt::curve_secretkey, private_half(keys));
      own[n].set(zmq::sockopt::linger, 0);
      own[n].connect(of_.nodes_[n].control);
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.u64 = agent - first_;
      if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, own[n].get(zmq::sockopt::fd), &event) != 0)
        throw std::system_error{errno, std::generic_category(), "epoll_ctl"};
    }
  }

  // To be asked again after sending: that may swallow the descriptor's signal for what has come.
  void hear(std::size_t agent) {
    zmq::message_t body;
    for (bool more = true; more;) {
      more = false;
      for (auto& line : lines_[agent - first_])
        while (line.recv(body, zmq::recv_flags::dontwait)) {
          more = true;
          say(agent, of_.reaction_(agent, body.to_string()));
        }
    }
  }

  void say(std::size_t agent, const std::vector<std::string>& what) {
    for (const auto& bytes : what)
      for (auto& line : lines_[agent - first_])
        line.send(zmq::buffer(bytes));
  }

  fleet& of_;
  std::size_t first_;
  std::vector<lines> lines_;
  int epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
};

fleet::fleet(const std::vector<keys::key_pair>& agents, std::array<node_address, node_count> nodes,
             reaction react)
    : agents_(agents), nodes_(std::move(nodes)), reaction_(std::move(react)), context_{2} {
  context_.set(zmq::ctxopt::max_sockets, static_cast<int>(agents.size() * node_count + 16));
  for (std::size_t t = 0; t < thread_count; ++t)
    threads_.emplace_back([this, t] {
      work(agents_.size() * t / thread_count, agents_.size() * (t + 1) / thread_count);
    });
}

fleet::~fleet() {
  ending_ = true;
  for (auto& thread : threads_)
    thread.join();
}

void fleet::work(std::size_t first, std::size_t last) {
  try {
    crew all{*this, first, last};
    while (!ending_)
      all.turn();
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "agents: %s; a process may open too few files (ulimit -n)?\n",
                 problem.what());
    std::exit(2);
  }
}

}  // namespace holdover::bench
