// Is what happens here journaled, what happens elsewhere filed, and every hole asked for?

#include "actors/recorder_actor.hpp"

#include "io/wire/topic.hpp"
#include "tests/support/actor_bench.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <tuple>

namespace holdover::actors {
namespace {

using namespace holdover::test;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

/// A journal that keeps what it is given in memory and answers at once.
struct played_journal {
  std::vector<event> appended;
  std::vector<peer_event> filed;
  std::vector<range_request> asked;
  bool full = false;
  int offered = 0;
  std::vector<std::tuple<std::string, std::uint64_t, log::range>> written_off;
  std::vector<std::string> stored_range;
  std::vector<log::range> stored_gaps;
  log_digest digest;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> announced;
  std::vector<std::string> past;

  journal_port port() {
    journal_port bound;
    bound.append = [this](std::vector<event> events) {
      for (auto& one : events)
        appended.push_back(std::move(one));
    };
    bound.store_peer = [this](peer_event one) {
      ++offered;
      if (full) return false;
      filed.push_back(std::move(one));
      return true;
    };
    bound.write_off = [this](const std::string& publisher, std::uint64_t incarnation,
                             log::range gone) {
      written_off.emplace_back(publisher, incarnation, gone);
    };
    bound.range = [this](range_request what, std::function<void(event_range)> answer) {
      asked.push_back(what);
      event_range found;
      found.publisher = what.publisher;
      found.incarnation = what.incarnation;
      found.events = stored_range;
      found.discarded = stored_gaps;
      answer(std::move(found));
    };
    bound.digest = [this](std::function<void(log_digest)> answer) { answer(digest); };
    bound.own_log_announced = [this](std::uint64_t incarnation, std::uint64_t highest) {
      announced.emplace_back(incarnation, highest);
    };
    bound.recent = [this](snapshot_request, std::function<void(std::vector<std::string>)> answer) {
      answer(past);
    };
    return bound;
  }
};

class RecorderActor : public ::testing::Test {
protected:
  void start(log_digest known = {}) {
    recorder_setup setup;
    setup.about = b.about;
    setup.node = actor_bench::name;
    setup.outside = b.outside();
    setup.journal = journal.port();
    setup.known = std::move(known);
    subject = b.world.adopt(
        b.world.system().spawn(recorder_behavior, std::make_shared<const recorder_setup>(setup)));
    b.world.settle();
  }

  message content(const std::string& publisher, message_payload what) const {
    return {b.about->name, publisher, 0ms, 1'700'000'000'000, std::move(what)};
  }
  static event numbered(std::uint64_t sequence, std::uint64_t incarnation = 1) {
    event made;
    made.id.incarnation = incarnation;
    made.id.sequence = sequence;
    made.what = node_event{"started", ""};
    return made;
  }
  std::string signed_event(const std::string& publisher, std::uint64_t sequence) {
    return b.letter(publisher, domain::bus, numbered(sequence));
  }
  /// As the bus reader hands it over.
  void comes(const std::string& sender, const message& what, std::string bytes = "signed bytes") {
    b.tell(subject, b.from(sender, std::move(bytes)), what);
  }
  void publishes(const std::string& node, std::uint64_t sequence, std::uint64_t incarnation = 1) {
    comes(node, content(node, numbered(sequence, incarnation)));
  }
  std::vector<std::uint64_t> filed_numbers() const {
    std::vector<std::uint64_t> found;
    for (const auto& one : journal.filed)
      found.push_back(one.what.id.sequence);
    return found;
  }
  std::vector<range_request> questions_to(const std::string& node) const {
    return b.sent_to<range_request>(node);
  }

  played_journal journal;
  actor_bench b;
  recorder_actor subject;
};

// ---- Our own ------------------------------------------------------------------------------------

TEST_F(RecorderActor, GivesWhatHappensHereToTheJournalWithTheTimeForPeople) {
  start();
  b.tell(subject, record{severity::warning, node_event{"peer_lost", "beta"}});
  ASSERT_THAT(journal.appended, SizeIs(1));
  EXPECT_EQ(journal.appended[0].how, severity::warning);
  EXPECT_EQ(journal.appended[0].wall_milliseconds, 1'700'000'000'000);
  EXPECT_THAT(to_string(journal.appended[0]), HasSubstr("beta"));
}

TEST_F(RecorderActor, PublishesNoEventItself) {
  start();
  b.published.clear();
  b.tell(subject, record{severity::info, node_event{"started", ""}});
  EXPECT_THAT(b.published, IsEmpty()) << "an event is durable first and told second";
}

TEST_F(RecorderActor, PublishesReadingsSignedAndJournalsNone) {
  start();
  b.published.clear();
  ups_telemetry reading;
  reading.device = "main";
  b.tell(subject, telemetry{reading});
  ASSERT_THAT(b.published, SizeIs(1));
  EXPECT_THAT(b.published[0].to, HasSubstr("telemetry/ups/main/"));
  EXPECT_EQ(actor_bench::read_as<ups_telemetry>(b.published[0].bytes).device, "main");
  EXPECT_THAT(journal.appended, IsEmpty());
}

class RecorderReadings : public RecorderActor {
protected:
  RecorderReadings() {
    start();
    b.published.clear();
  }
  static ups_telemetry reading(std::uint64_t counter, std::string device = "main") {
    ups_telemetry made;
    made.counter = counter;
    made.device = std::move(device);
    return made;
  }
  /// Queues up behind whatever else there is; nobody acts before let_run().
  void queue(any_telemetry what, bool urgent = false) {
    caf::anon_send(subject, telemetry{std::move(what), b.world.now(), urgent});
  }
  void let_run() { b.world.settle(); }
  /// Counters of UPS readings, one list for each message.
  std::vector<std::vector<std::uint64_t>> published() const {
    std::vector<std::vector<std::uint64_t>> found;
    for (const auto& one : b.published) {
      found.emplace_back();
      for (const auto& m : unpacked(actor_bench::read(one.bytes)))
        if (const auto* told = std::get_if<ups_telemetry>(&m.what))
          found.back().push_back(told->counter);
    }
    return found;
  }
};

TEST_F(RecorderReadings, ALoneReadingGoesOutAtOnceAsItself) {
  queue(reading(1));
  let_run();
  ASSERT_THAT(b.published, SizeIs(1));
  EXPECT_EQ(actor_bench::read_as<ups_telemetry>(b.published[0].bytes).counter, 1u);
}

TEST_F(RecorderReadings, ReadingsThatQueueUpShareOneSignatureInTheirOrder) {
  for (std::uint64_t i = 1; i <= 5; ++i)
    queue(reading(i));
  let_run();
  EXPECT_THAT(published(), ElementsAre(ElementsAre(1u, 2u, 3u, 4u, 5u)));
  EXPECT_THAT(b.published[0].to, HasSubstr("telemetry/batch/ups/"));
}

TEST_F(RecorderReadings, WhatComesWhileOthersAreLetInTravelsWithThem) {
  queue(reading(1));
  queue(reading(2));
  for (const auto next : {3u, 4u, 5u}) {
    b.world.step();
    b.world.step();
    queue(reading(next));
  }
  let_run();
  EXPECT_THAT(published(), ElementsAre(ElementsAre(1u, 2u, 3u, 4u, 5u)));
}

TEST_F(RecorderReadings, ALineThatNeverEndsIsSentAllTheSame) {
  queue(reading(1));
  std::uint64_t counter = 1;
  while (b.published.empty() && counter < batch_readings_max) {
    queue(reading(++counter));
    b.world.step();
  }
  EXPECT_THAT(published(), ElementsAre(SizeIs(::testing::Le(20u))));
}

TEST_F(RecorderReadings, ReadingsOfDifferentKindsDoNotShareAMessage) {
  sensor_telemetry rack;
  rack.device = "rack";
  for (std::uint64_t i = 1; i <= 2; ++i) {
    queue(reading(i));
    queue(rack);
  }
  let_run();
  ASSERT_THAT(b.published, SizeIs(2));
  EXPECT_THAT(b.published[0].to, HasSubstr("telemetry/batch/ups/"));
  EXPECT_THAT(b.published[1].to, HasSubstr("telemetry/batch/sensor/"));
}

TEST_F(RecorderReadings, ABatchIsBoundedInCountAndInBytes) {
  for (std::uint64_t i = 1; i <= 2 * batch_readings_max + 1; ++i)
    queue(reading(i));
  let_run();
  EXPECT_THAT(published(),
              ElementsAre(SizeIs(batch_readings_max), SizeIs(batch_readings_max), SizeIs(1)));
  b.published.clear();
  auto large = reading(1);
  large.values.assign(500, {std::string(100, 'n'), 1, power::quality::good, {}});
  for (int i = 0; i < 10; ++i)
    queue(large);
  let_run();
  EXPECT_THAT(b.published, SizeIs(5)) << "two of 60 kB fill one";
  for (const auto& one : b.published)
    EXPECT_LT(one.bytes.size(), 2 * batch_bytes_max);
}

TEST_F(RecorderReadings, AnUrgentReadingWaitsForNoOtherAndReplacesOlderOnesOfItsDevice) {
  queue(reading(1));
  queue(reading(2, "other"));
  queue(reading(3), true);
  queue(reading(4));
  let_run();
  EXPECT_THAT(published(), ElementsAre(ElementsAre(3u), ElementsAre(2u, 4u)));
}

TEST_F(RecorderReadings, WhatAReadingWaitedIsToldWithIt) {
  caf::anon_send(subject, telemetry{reading(1), b.world.now() - 30ms});
  caf::anon_send(subject, telemetry{reading(2), b.world.now() - 20ms});
  let_run();
  const auto batch = actor_bench::read_as<telemetry_batch>(b.published.at(0).bytes);
  EXPECT_EQ(batch.readings.at(0).waited, 30ms);
  EXPECT_EQ(batch.readings.at(1).waited, 20ms);
  caf::anon_send(subject, telemetry{reading(3), b.world.now() - 10ms});
  let_run();
  EXPECT_EQ(actor_bench::read(b.published.at(1).bytes).age, 10ms);
}

// ---- Peers' events ------------------------------------------------------------------------------

TEST_F(RecorderActor, FilesAPeersEventWithItsBytes) {
  start();
  comes("beta", content("beta", numbered(1)), "as published");
  ASSERT_THAT(journal.filed, SizeIs(1));
  EXPECT_EQ(journal.filed[0].bytes, "as published");
  EXPECT_EQ(journal.filed[0].what.id, (event_id{b.about->name, "beta", 1, 1}));
}

TEST_F(RecorderActor, FilesEachEventOnce) {
  start();
  publishes("beta", 1);
  publishes("beta", 1);
  EXPECT_THAT(filed_numbers(), ElementsAre(1u));
}

TEST_F(RecorderActor, TakesNobodysWordForItsOwnLog) {
  start();
  publishes("alpha", 7);
  EXPECT_THAT(journal.filed, IsEmpty());
}

TEST_F(RecorderActor, AHoleIsAskedForAfterTwoHundredMilliseconds) {
  start();
  publishes("beta", 1);
  publishes("beta", 5);
  b.world.pass(150ms);
  EXPECT_THAT(questions_to("beta"), IsEmpty()) << "it may be in the post";
  b.world.pass(100ms);
  const auto asked = questions_to("beta");
  ASSERT_THAT(asked, SizeIs(1));
  EXPECT_EQ(asked[0].publisher, "beta");
  EXPECT_EQ(asked[0].first, 2u);
  EXPECT_EQ(asked[0].last, 4u);
}

TEST_F(RecorderActor, AHoleThatClosesInTimeIsNotAskedFor) {
  start();
  publishes("beta", 2);
  b.world.pass(100ms);
  publishes("beta", 1);
  b.world.pass(5s);
  EXPECT_THAT(b.sent, IsEmpty());
}

TEST_F(RecorderActor, ASilentPublisherIsAskedFirstAndThenTheOthersInTurn) {
  start();
  publishes("gamma", 3);
  b.world.pass(20s);
  EXPECT_THAT(questions_to("gamma"), Not(IsEmpty()));
  EXPECT_THAT(questions_to("beta"), Not(IsEmpty()));
  EXPECT_THAT(questions_to("alpha"), IsEmpty()) << "nobody asks himself";
  EXPECT_EQ(b.sent.front().to, "gamma");
}

TEST_F(RecorderActor, FilesWhatARangeBringsAndAsksNoMore) {
  start();
  publishes("beta", 3);
  b.world.pass(300ms);
  comes(
      "beta",
      content("beta", event_range{"beta", 1, {signed_event("beta", 1), signed_event("beta", 2)}}));
  EXPECT_THAT(filed_numbers(), ElementsAre(3u, 1u, 2u));
  b.sent.clear();
  b.world.pass(10s);
  EXPECT_THAT(b.sent, IsEmpty());
}

TEST_F(RecorderActor, BelievesAThirdPartysEventsForTheirOwnSignature) {
  start();
  publishes("gamma", 4);
  comes("beta", content("beta", event_range{"gamma",
                                            1,
                                            {signed_event("gamma", 1),
                                             actor_bench::badly_signed(signed_event("gamma", 2)),
                                             "garbage", signed_event("gamma", 3)}}));
  EXPECT_THAT(filed_numbers(), ElementsAre(4u, 1u, 3u));
}

TEST_F(RecorderActor, TakesEventsOfNodesOnlyOutOfARange) {
  start();
  comes("beta", content("beta", event_range{"web1", 1, {signed_event("web1", 1)}}));
  EXPECT_THAT(journal.filed, IsEmpty());
}

TEST_F(RecorderActor, AsksFromWhereItsJournalEnds) {
  start(log_digest{{{"beta", 1, 10}}});
  publishes("beta", 12);
  b.world.pass(300ms);
  const auto asked = questions_to("beta");
  ASSERT_THAT(asked, SizeIs(1));
  EXPECT_EQ(asked[0].first, 11u);
  EXPECT_EQ(asked[0].last, 11u);
}

TEST_F(RecorderActor, DoesNotFileAgainWhatItsJournalHolds) {
  start(log_digest{{{"beta", 1, 10}}});
  publishes("beta", 9);
  EXPECT_THAT(journal.filed, IsEmpty());
}

TEST_F(RecorderActor, AFloodOfInventedIncarnationsDoesNotStopTheFiling) {
  start();
  for (std::uint64_t incarnation = 1; incarnation <= 1000; ++incarnation)
    publishes("beta", 1, incarnation);
  publishes("gamma", 1);
  EXPECT_EQ(journal.filed.back().what.id.publisher, "gamma");
}

TEST_F(RecorderActor, WhatThePublisherHasGivenUpIsMarkedAndNotAskedForAgain) {
  start();
  publishes("beta", 6);
  b.world.pass(300ms);
  journal.appended.clear();
  event_range answer{"beta", 1, {signed_event("beta", 1)}};
  answer.discarded = {{2, 3}, {5, 5}};
  comes("beta", content("beta", answer));
  EXPECT_THAT(filed_numbers(), ElementsAre(6u, 1u));
  EXPECT_THAT(journal.written_off, ElementsAre(std::tuple{"beta", 1u, log::range{2, 3}},
                                               std::tuple{"beta", 1u, log::range{5, 5}}));
  b.sent.clear();
  b.world.pass(30s);
  ASSERT_THAT(b.sent, Not(IsEmpty())) << "number 4 is still missing";
  for (const auto& node : {"beta", "gamma"})
    for (const auto& asked : questions_to(node))
      EXPECT_EQ((std::pair{asked.first, asked.last}), (std::pair{4ul, 4ul}));
}

TEST_F(RecorderActor, TellsHowManyEventsWereDiscardedAtTheirSource) {
  start();
  publishes("beta", 12);
  b.world.pass(300ms);
  journal.appended.clear();
  event_range answer{"beta", 1, {}};
  answer.discarded = {{1, 11}};
  comes("beta", content("beta", answer));
  comes("beta", content("beta", answer));
  ASSERT_THAT(journal.appended, SizeIs(1)) << "once";
  EXPECT_EQ(journal.appended[0].how, severity::warning);
  EXPECT_THAT(to_string(journal.appended[0]), HasSubstr("11 events of beta"));
}

TEST_F(RecorderActor, NobodyButThePublisherCanGiveUpItsEvents) {
  start();
  publishes("beta", 3);
  b.world.pass(300ms);
  event_range answer{"beta", 1, {}};
  answer.discarded = {{1, 2}};
  comes("gamma", content("gamma", answer));
  EXPECT_THAT(journal.written_off, IsEmpty());
  b.sent.clear();
  b.world.pass(10s);
  EXPECT_THAT(questions_to("beta"), Not(IsEmpty()));
}

TEST_F(RecorderActor, WhatTheJournalHasNoRoomForIsAskedForAgainLaterAndLater) {
  start();
  publishes("beta", 1);
  journal.full = true;
  publishes("beta", 2);
  b.world.pass(900ms);
  EXPECT_THAT(b.sent, IsEmpty()) << "the journal is given a moment";
  b.world.pass(300ms);
  ASSERT_THAT(questions_to("beta"), SizeIs(1));
  publishes("beta", 2);  // Refused again.
  b.sent.clear();
  b.world.pass(1800ms);
  EXPECT_THAT(b.sent, IsEmpty()) << "now two seconds";
  b.world.pass(500ms);
  EXPECT_THAT(questions_to("beta"), SizeIs(1));
  journal.full = false;
  publishes("beta", 2);
  EXPECT_THAT(filed_numbers(), ElementsAre(1u, 2u));
  b.sent.clear();
  b.world.pass(20s);
  EXPECT_THAT(b.sent, IsEmpty());
}

// ---- Digests ------------------------------------------------------------------------------------

TEST_F(RecorderActor, TellsHowFarItsLogsReachAtOnceAndEveryTenSeconds) {
  journal.digest.logs = {{"alpha", 1, 42}};
  start();
  ASSERT_THAT(b.published, SizeIs(1));
  EXPECT_THAT(b.published[0].to, HasSubstr("log/digest/"));
  EXPECT_EQ(actor_bench::read_as<log_digest>(b.published[0].bytes).logs.at(0).prefix, 42u);
  b.world.pass(10s);
  EXPECT_THAT(b.published, SizeIs(2));
}

TEST_F(RecorderActor, APublishersDigestRevealsWhatWasLostInSilence) {
  start();
  publishes("beta", 1);
  comes("beta", content("beta", log_digest{{{"beta", 1, 3}}}));
  b.world.pass(300ms);
  const auto asked = questions_to("beta");
  ASSERT_THAT(asked, SizeIs(1));
  EXPECT_EQ(asked[0].first, 2u);
  EXPECT_EQ(asked[0].last, 3u);
}

TEST_F(RecorderActor, HearsAThirdPartysNewsInADigestOnlyOfLogsThatItKnows) {
  start();
  comes("beta", content("beta", log_digest{{{"invented", 1, 99}}}));
  b.world.pass(5s);
  EXPECT_THAT(b.sent, IsEmpty());
}

TEST_F(RecorderActor, LogsThatOnePeerInventsDisplaceNobodyElses) {
  start();
  publishes("beta", 1);
  log_digest flood;
  for (std::uint64_t incarnation = 1; incarnation <= 6000; ++incarnation)
    flood.logs.push_back({"gamma", incarnation, 0});
  comes("gamma", content("gamma", flood));
  publishes("beta", 2);
  b.world.pass(5s);
  EXPECT_THAT(questions_to("beta"), IsEmpty()) << "its log was known all the time";
}

TEST_F(RecorderActor, TellsTheJournalHowFarPeersKnowOurOwnLog) {
  start();
  comes("beta", content("beta", log_digest{{{"alpha", 4, 17}}}));
  EXPECT_THAT(journal.announced, ElementsAre(std::pair{std::uint64_t{4}, std::uint64_t{17}}));
}

// ---- Who asks us --------------------------------------------------------------------------------

TEST_F(RecorderActor, AnswersARangeToWhoAsked) {
  start();
  journal.stored_range = {"one", "two"};
  comes("gamma", content("gamma", range_request{"alpha", 1, 5, 6}));
  ASSERT_THAT(b.answered, SizeIs(1));
  EXPECT_EQ(b.answered[0].to, "gamma");
  EXPECT_THAT(actor_bench::read_as<event_range>(b.answered[0].bytes).events,
              ElementsAre("one", "two"));
  EXPECT_EQ(journal.asked.at(0).first, 5u);
}

TEST_F(RecorderActor, SaysNothingIfItHasNothingOfARange) {
  start();
  comes("gamma", content("gamma", range_request{"alpha", 1, 5, 6}));
  EXPECT_THAT(b.answered, IsEmpty());
}

TEST_F(RecorderActor, TellsWhatItHasGivenUpOfARange) {
  start();
  journal.stored_gaps = {{5, 6}};
  comes("gamma", content("gamma", range_request{"alpha", 1, 5, 6}));
  ASSERT_THAT(b.answered, SizeIs(1));
  EXPECT_THAT(actor_bench::read_as<event_range>(b.answered[0].bytes).discarded,
              ElementsAre(log::range{5, 6}));
}

TEST_F(RecorderActor, ALongPastIsToldInPagesThatFitIntoMessages) {
  journal.past.assign(40, std::string(50'000, 'x'));
  start();
  comes("watcher", content("watcher", snapshot_request{40, 0}));
  std::size_t events = 0;
  std::vector<bool> more;
  for (const auto& one : b.answered) {
    EXPECT_LT(one.bytes.size(), 512u * 1024);
    const auto what = actor_bench::read(one.bytes).what;
    if (const auto* page = std::get_if<event_range>(&what)) {
      events += page->events.size();
      more.push_back(page->more);
    }
  }
  EXPECT_EQ(events, 40u);
  ASSERT_THAT(more, SizeIs(8));
  EXPECT_FALSE(more.back());
  EXPECT_EQ(std::count(more.begin(), more.end(), true), 7);
}

TEST_F(RecorderActor, ALateJoinerGetsTheLastReadingsThePastAndADigest) {
  journal.past = {"yesterday"};
  journal.digest.logs = {{"alpha", 1, 42}};
  start();
  for (std::uint64_t counter = 1; counter <= 3; ++counter) {
    ups_telemetry reading;
    reading.counter = counter;
    reading.device = "main";
    b.tell(subject, telemetry{reading, b.world.now()});
  }
  b.world.pass(3s);
  comes("watcher", content("watcher", snapshot_request{10, 0}));
  std::vector<std::uint64_t> counters;
  std::size_t ranges = 0, digests = 0;
  for (const auto& one : b.answered) {
    EXPECT_EQ(one.to, "watcher");
    const auto what = actor_bench::read(one.bytes).what;
    if (const auto* batch = std::get_if<telemetry_batch>(&what))
      for (const auto& reading : batch->readings) {
        counters.push_back(std::get<ups_telemetry>(reading.what).counter);
        EXPECT_EQ(reading.waited, 3s) << "its age grows while it is kept";
      }
    if (const auto* range = std::get_if<event_range>(&what)) {
      ++ranges;
      EXPECT_THAT(range->events, ElementsAre("yesterday"));
    }
    digests += std::holds_alternative<log_digest>(what) ? 1 : 0;
  }
  EXPECT_THAT(counters, ElementsAre(3u)) << "the newest replaces the rest";
  EXPECT_EQ(ranges, 1u);
  EXPECT_EQ(digests, 1u);
}

TEST_F(RecorderActor, ALateJoinerSeesTheOutlets) {
  start();
  outlet_telemetry reading;
  reading.unit = "ss4";
  reading.outlets.resize(2);
  reading.outlets[0].outlet = "printer";
  reading.outlets[0].state = power::outlet_state::off;
  reading.outlets[1].outlet = "ss4.2";
  reading.outlets[1].state = power::outlet_state::on;
  b.tell(subject, telemetry{reading, b.world.now()});
  comes("watcher", content("watcher", snapshot_request{}));
  std::vector<power::outlet_state> states;
  for (const auto& one : b.answered) {
    const auto what = actor_bench::read(one.bytes).what;
    if (const auto* batch = std::get_if<telemetry_batch>(&what))
      for (const auto& told : batch->readings)
        for (const auto& outlet : std::get<outlet_telemetry>(told.what).outlets)
          states.push_back(outlet.state);
  }
  EXPECT_THAT(states, ElementsAre(power::outlet_state::off, power::outlet_state::on));
}

TEST_F(RecorderActor, ALateJoinerGetsPeersReadingsAsTheyWereSigned) {
  start();
  sensor_telemetry reading;
  reading.counter = 1;
  reading.device = "rack";
  comes("beta", content("beta", reading), "beta's bytes");
  comes("watcher", content("watcher", snapshot_request{}));
  std::vector<std::string> bytes;
  for (const auto& one : b.answered)
    bytes.push_back(one.bytes);
  EXPECT_THAT(bytes, Contains("beta's bytes"));
}

TEST_F(RecorderActor, ALateJoinerGetsAPeersBatchOnce) {
  start();
  telemetry_batch batch;
  for (const auto* device : {"rack", "door", "room"}) {
    sensor_telemetry reading;
    reading.device = device;
    batch.readings.push_back({0ms, reading});
  }
  comes("beta", content("beta", batch), "beta's batch");
  comes("watcher", content("watcher", snapshot_request{}));
  EXPECT_EQ(std::count_if(b.answered.begin(), b.answered.end(),
                          [](const auto& one) { return one.bytes == "beta's batch"; }),
            1);
}

}  // namespace
}  // namespace holdover::actors
