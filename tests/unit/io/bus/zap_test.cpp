#include "io/bus/zap.hpp"

#include "io/keys/z85.hpp"
#include "tests/unit/io/bus/bus_fixture.hpp"

#include <zmq_addon.hpp>

#include <array>
#include <atomic>
#include <iterator>
#include <thread>

namespace holdover::bus {
namespace {

using testing::HasSubstr;

struct Zap : testing::Test {
  keys::key_pair node = keys::make_key_pair("node-a");
  admission who{{"hq", 1, {as_member(node, role::node)}}};
  zmq::context_t context{2};

  std::string why(const std::optional<refusal>& no) { return no ? no->reason : ""; }

  /// Asks the handler as ZeroMQ would, and returns its answer's status.
  std::string status_of(const std::vector<std::string>& request) {
    zmq::socket_t asker{context, zmq::socket_type::req};
    asker.set(zmq::sockopt::linger, 0);
    asker.set(zmq::sockopt::rcvtimeo, 5000);
    asker.connect("inproc://zeromq.zap.01");
    std::vector<zmq::const_buffer> frames;
    for (const auto& frame : request)
      frames.push_back(zmq::buffer(frame));
    zmq::send_multipart(asker, frames);
    std::vector<zmq::message_t> reply;
    if (!zmq::recv_multipart(asker, std::back_inserter(reply)) || reply.size() != 6) return "";
    EXPECT_EQ(reply[0].to_string(), "1.0");
    return reply[2].to_string();
  }
  std::vector<std::string> request_of(const keys::key_pair& keys) {
    const auto bytes = *keys::z85_decode(keys.curve.public_key);
    return {"1.0", "1", zap_domain, "10.0.0.1", "", "CURVE", {bytes.begin(), bytes.end()}};
  }
};

TEST_F(Zap, TheSelfTestPassesWithTheHandler) {
  const zap_handler handler{context, who};
  EXPECT_EQ(why(zap_self_test(context, node.curve, who)), "");
}

TEST_F(Zap, TheSelfTestFailsWhereNobodyAnswers) {
  EXPECT_THAT(why(zap_self_test(context, node.curve, who, 300ms)), HasSubstr("self-test"));
}

/// Answers in the real handler's place: asks the real list if it wants to, and calls all "anyone".
class careless_handler {
public:
  careless_handler(zmq::context_t& context, admission* list)
      : socket_{context, zmq::socket_type::rep} {
    socket_.set(zmq::sockopt::linger, 0);
    socket_.set(zmq::sockopt::rcvtimeo, 10);
    socket_.bind("inproc://zeromq.zap.01");
    thread_ = std::thread{[this, list] {
      while (!stop_)
        answer_one(list);
    }};
  }
  ~careless_handler() {
    stop_ = true;
    thread_.join();
  }
  careless_handler(const careless_handler&) = delete;
  careless_handler& operator=(const careless_handler&) = delete;

private:
  void answer_one(admission* list) {
    std::vector<zmq::message_t> request;
    if (!zmq::recv_multipart(socket_, std::back_inserter(request))) return;
    const auto key = keys::z85_encode({request[6].data<std::uint8_t>(), request[6].size()});
    const bool yes = list == nullptr || list->admit(key, "here");
    const std::array<zmq::const_buffer, 6> frames{
        zmq::str_buffer("1.0"),
        zmq::buffer(request[1].data(), request[1].size()),
        yes ? zmq::str_buffer("200") : zmq::str_buffer("400"),
        zmq::str_buffer("why"),
        zmq::str_buffer("anyone"),
        zmq::const_buffer{},
    };
    zmq::send_multipart(socket_, frames);
  }

  zmq::socket_t socket_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

TEST_F(Zap, TheSelfTestFailsWhereEverybodyIsLetIn) {
  const careless_handler handler{context, nullptr};
  EXPECT_THAT(why(zap_self_test(context, node.curve, who)), HasSubstr("unknown key was let in"));
}

TEST_F(Zap, TheSelfTestFailsWhereMessagesComeWithoutTheirSendersName) {
  const careless_handler handler{context, &who};
  EXPECT_THAT(why(zap_self_test(context, node.curve, who)), HasSubstr("without its name"));
}

TEST_F(Zap, TheSelfTestFailsWhereOurOwnKeyHasNoPlace) {
  ASSERT_FALSE(who.update({"hq", 2, {}}));
  const zap_handler handler{context, who};
  EXPECT_THAT(why(zap_self_test(context, node.curve, who, 300ms)), HasSubstr("our own key"));
}

// What a handler is whose thread hangs: it takes questions and answers none.
struct mute_handler {
  explicit mute_handler(zmq::context_t& context) : socket{context, zmq::socket_type::rep} {
    socket.set(zmq::sockopt::linger, 0);
    socket.bind("inproc://zeromq.zap.01");
  }
  zmq::socket_t socket;
};

TEST_F(Zap, NothingListensWhileTheHandlerIsMute) {
  const mute_handler handler{context};
  bool listened = false;
  const auto no = listen_if_guarded(
      context, node.curve, who,
      [&]() -> std::optional<refusal> {
        listened = true;
        return std::nullopt;
      },
      300ms);
  EXPECT_THAT(why(no), HasSubstr("nobody was asked about an unknown key"));
  EXPECT_THAT(why(no), HasSubstr("nothing listens"));
  EXPECT_FALSE(listened);
}

TEST_F(Zap, ListeningFollowsTheSelfTestAndItsProblemIsTold) {
  const zap_handler handler{context, who};
  const auto no = listen_if_guarded(context, node.curve, who, [&] {
    EXPECT_EQ(who.counted().refused, 0U) << "the self-test's own stranger is not counted";
    return std::optional{refusal{"the port is taken"}};
  });
  EXPECT_EQ(why(no), "the port is taken");
}

TEST_F(Zap, AnEnrolledKeyIsWelcome) {
  const zap_handler handler{context, who};
  EXPECT_EQ(status_of(request_of(node)), "200");
}

TEST_F(Zap, AnythingElseIsNot) {
  const zap_handler handler{context, who};
  EXPECT_EQ(status_of(request_of(keys::make_key_pair("node-a"))), "400");
  const auto good = request_of(node);
  const auto with = [&](std::size_t frame, const std::string& value) {
    auto changed = good;
    changed[frame] = value;
    return changed;
  };
  EXPECT_EQ(status_of(with(0, "2.0")), "400");
  EXPECT_EQ(status_of(with(2, "another")), "400");
  EXPECT_EQ(status_of(with(5, "PLAIN")), "400");
  EXPECT_EQ(status_of(with(5, "NULL")), "400");
  EXPECT_EQ(status_of(with(6, "")), "400");
  EXPECT_EQ(status_of(with(6, good[6] + "x")), "400");
  auto longer = good;
  longer.emplace_back("more");
  EXPECT_EQ(status_of(longer), "400");
  EXPECT_EQ(status_of({"1.0"}), "400");
  EXPECT_EQ(status_of({"1.0", "1", "", "", "", "NULL"}), "400");
  EXPECT_EQ(who.counted().admitted, 0U);
  EXPECT_EQ(who.counted().refused, 10U);
}

TEST_F(Zap, OurZ85IsZeroMqs) {
  for (int i = 0; i < 100; ++i) {
    std::array<char, 41> public_key{};
    std::array<char, 41> private_key{};
    ASSERT_EQ(zmq_curve_keypair(public_key.data(), private_key.data()), 0);
    const auto ours = keys::z85_decode(public_key.data());
    ASSERT_TRUE(ours);
    std::array<std::uint8_t, 32> theirs{};
    ASSERT_NE(zmq_z85_decode(theirs.data(), public_key.data()), nullptr);
    EXPECT_TRUE(std::equal(ours->begin(), ours->end(), theirs.begin(), theirs.end()));
    std::array<char, 41> encoded{};
    ASSERT_NE(zmq_z85_encode(encoded.data(), theirs.data(), theirs.size()), nullptr);
    EXPECT_EQ(keys::z85_encode(theirs), encoded.data());
  }
}

TEST_F(Zap, OurCurveKeysAreZeroMqs) {
  for (int i = 0; i < 20; ++i) {
    const auto keys = keys::make_key_pair("a").curve;
    std::array<char, 41> public_key{};
    const auto private_key = keys::z85_encode(keys.private_key.reveal());
    ASSERT_EQ(zmq_curve_public(public_key.data(), private_key.c_str()), 0);
    EXPECT_EQ(keys.public_key, public_key.data());
  }
}

}  // namespace
}  // namespace holdover::bus
