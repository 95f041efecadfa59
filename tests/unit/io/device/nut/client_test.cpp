#include "io/device/nut/client.hpp"

#include "tests/support/fake_upsd.hpp"
#include "tests/support/scratch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

namespace holdover::device::nut {
namespace {

using support::fake_upsd;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

constexpr const char* list_of_rack =
    "BEGIN LIST VAR rack\nVAR rack ups.status \"OL\"\nEND LIST VAR rack\n";

fake_upsd::reaction well_behaved(const std::string& line) {
  if (line == "LIST VAR rack") return {list_of_rack};
  if (line == "VER") return {"Network UPS Tools upsd 2.8.0 - http://www.networkupstools.org/\n"};
  if (line.starts_with("USERNAME") || line.starts_with("PASSWORD")) return {"OK\n"};
  if (line.starts_with("INSTCMD")) return {"OK\n"};
  return {"ERR UNKNOWN-COMMAND\n"};
}

fake_upsd::reaction silent(const std::string&) {
  return {};
}

/// Limits that let a test of slowness end soon.
constexpr client_limits short_limits{.connect = 300ms,
                                     .answer = 300ms,
                                     .question = 800ms,
                                     .back_off_min = 50ms,
                                     .back_off_max = 200ms};

request list_request() {
  request list;
  list.what = request::kind::list_variables;
  list.words = {"LIST", "VAR", "rack"};
  list.ups = "rack";
  return list;
}

request command_request() {
  request command;
  command.what = request::kind::command;
  command.words = {"INSTCMD", "rack", "outlet.1.load.off"};
  command.login = true;
  return command;
}

std::future<outcome> asking(client& who, request what) {
  auto promise = std::make_shared<std::promise<outcome>>();
  what.done = [promise](outcome came) { promise->set_value(std::move(came)); };
  auto answer = promise->get_future();
  who.ask(std::move(what));
  return answer;
}

outcome wait_for(std::future<outcome> answer) {
  if (answer.wait_for(10s) != std::future_status::ready)
    return failure{failure_kind::nonsense, "never answered"};
  return answer.get();
}

outcome ask(client& who, request what) {
  return wait_for(asking(who, std::move(what)));
}

bool is_list(const outcome& came) {
  return std::holds_alternative<variables>(came);
}

std::string failure_text(const outcome& came) {
  const auto* why = std::get_if<failure>(&came);
  return why == nullptr ? "no failure" : std::string(to_string(why->kind)) + ": " + why->text;
}

server_address at(const fake_upsd& server, std::string credentials = {}) {
  return {"127.0.0.1", server.port(), std::move(credentials)};
}

TEST(NutClient, QuestionsShareOneConnectionAndAreAnsweredInOrder) {
  fake_upsd server(well_behaved);
  client asker(at(server));
  std::vector<std::future<outcome>> answers;
  for (int i = 0; i < 30; ++i)
    answers.push_back(asking(asker, list_request()));
  for (auto& answer : answers)
    EXPECT_TRUE(is_list(wait_for(std::move(answer))));
  EXPECT_EQ(server.connections(), 1u);
}

TEST(NutClient, AnAnswerInPiecesIsPutTogether) {
  // The answer to the first question ends only when the second one has come.
  fake_upsd server([asked = 0](const std::string&) mutable -> fake_upsd::reaction {
    return {++asked == 1 ? "Network UPS" : " Tools\n"};
  });
  client asker(at(server), short_limits);
  request version;
  version.words = {"VER"};
  auto first = asking(asker, version);
  auto second = asking(asker, version);
  EXPECT_EQ(std::get<std::string>(wait_for(std::move(first))), "Network UPS Tools");
}

TEST(NutClient, NobodyListeningIsToldAtOnceWithARemedy) {
  std::uint16_t port = fake_upsd(silent).port();
  client asker({"127.0.0.1", port, {}});
  auto before = clock::now();
  auto came = ask(asker, list_request());
  EXPECT_LT(clock::now() - before, 2s);
  EXPECT_THAT(failure_text(came), HasSubstr("unreachable: upsd on 127.0.0.1:"));
  EXPECT_THAT(failure_text(came), HasSubstr("Connection refused; check that it runs"));
}

TEST(NutClient, AnUnknownNameIsUnreachableWithinTheLimit) {
  client asker({"no-such-host.invalid", 3493, {}}, short_limits);
  auto came = ask(asker, list_request());
  EXPECT_THAT(failure_text(came), HasSubstr("unreachable: upsd on no-such-host.invalid:3493"));
}

TEST(NutClient, AServerThatSaysNothingIsGivenUpAfterTheLimit) {
  fake_upsd server(silent);
  client asker(at(server), short_limits);
  auto before = clock::now();
  auto came = ask(asker, list_request());
  EXPECT_GE(clock::now() - before, 250ms);
  EXPECT_LT(clock::now() - before, 2s);
  EXPECT_THAT(failure_text(came), HasSubstr("no answer within"));
}

TEST(NutClient, AServerThatComesBackIsAskedAgain) {
  fake_upsd server(silent);
  client asker(at(server), short_limits);
  EXPECT_FALSE(is_list(ask(asker, list_request())));
  server.react(well_behaved);
  bool answered = false;
  for (auto end = clock::now() + 5s; !answered && clock::now() < end;)
    answered = is_list(ask(asker, list_request()));
  EXPECT_TRUE(answered);
}

TEST(NutClient, FailingConnectionsAreTriedLessAndLessOften) {
  fake_upsd server([](const std::string&) -> fake_upsd::reaction { return {"", true}; });
  client asker(at(server), {.back_off_min = 60s, .back_off_max = 60s});
  for (int i = 0; i < 20; ++i)
    EXPECT_THAT(failure_text(ask(asker, list_request())), HasSubstr("it closed the connection"));
  EXPECT_EQ(server.connections(), 1u);
}

TEST(NutClient, AReadOnAConnectionThatDiedIsRepeatedOnANewOne) {
  fake_upsd server(well_behaved);
  client asker(at(server));
  EXPECT_TRUE(is_list(ask(asker, list_request())));
  server.react([&server](const std::string& line) -> fake_upsd::reaction {
    server.react(well_behaved);
    return {line.substr(0, 0), true};
  });
  EXPECT_TRUE(is_list(ask(asker, list_request())));
  EXPECT_EQ(server.connections(), 2u);
}

TEST(NutClient, AConnectionThatDiedWhileIdleCostsNothing) {
  fake_upsd server(well_behaved);
  client asker(at(server));
  EXPECT_TRUE(is_list(ask(asker, list_request())));
  server.drop_connections();
  EXPECT_TRUE(is_list(ask(asker, list_request())));
}

TEST(NutClient, ACommandIsNeverSentTwice) {
  fake_upsd server(well_behaved);
  client asker(at(server));
  EXPECT_TRUE(is_list(ask(asker, list_request())));
  server.react([](const std::string&) -> fake_upsd::reaction { return {"", true}; });
  EXPECT_THAT(failure_text(ask(asker, command_request())), HasSubstr("it closed the connection"));
  EXPECT_THAT(server.lines(), ElementsAre("LIST VAR rack", "INSTCMD rack outlet.1.load.off"));
}

TEST(NutClient, WhatNobodyWaitsForIsNotSent) {
  fake_upsd server(well_behaved);
  client asker(at(server));
  auto unwanted = command_request();
  unwanted.wanted = [] { return false; };
  unwanted.done = [](const outcome&) { FAIL() << "answered"; };
  asker.ask(std::move(unwanted));
  EXPECT_TRUE(is_list(ask(asker, list_request())));
  EXPECT_THAT(server.lines(), ElementsAre("LIST VAR rack"));
}

TEST(NutClient, GarbageIsNonsenseAndEndsTheConnection) {
  for (const std::string garbage :
       {"HTTP/1.0 400 Bad Request\r\n\r\n", "BEGIN LIST VAR tower\n", "\n", "\x16\x03\x01\n",
        "BEGIN LIST VAR rack\nVAR rack a \"open\nEND LIST VAR rack\n"}) {
    fake_upsd server([&](const std::string&) -> fake_upsd::reaction { return {garbage}; });
    client asker(at(server), short_limits);
    EXPECT_THAT(failure_text(ask(asker, list_request())),
                HasSubstr("check that a NUT server listens there"))
        << garbage;
  }
}

TEST(NutClient, ALineWithoutAnEndIsGivenUp) {
  fake_upsd server(
      [](const std::string&) -> fake_upsd::reaction { return {std::string(1u << 20, 'x')}; });
  client asker(at(server), short_limits);
  EXPECT_THAT(failure_text(ask(asker, list_request())), HasSubstr("it sent a line without an end"));
}

TEST(NutClient, AListWithoutAnEndIsGivenUp) {
  std::string endless = "BEGIN LIST VAR rack\n";
  for (int i = 0; i < 100'000; ++i)
    endless += "VAR rack a \"1\"\n";
  fake_upsd server([&](const std::string&) -> fake_upsd::reaction { return {endless}; });
  client asker(at(server), {});
  EXPECT_THAT(failure_text(ask(asker, list_request())), HasSubstr("nonsense"));
}

TEST(NutClient, ARefusalLeavesTheConnectionInUse) {
  fake_upsd server([](const std::string& line) -> fake_upsd::reaction {
    if (line == "LIST VAR tower") return {"ERR UNKNOWN-UPS\n"};
    return well_behaved(line);
  });
  client asker(at(server));
  auto tower = list_request();
  tower.words = {"LIST", "VAR", "tower"};
  tower.ups = "tower";
  EXPECT_EQ(std::get<refusal>(ask(asker, tower)), refusal{"UNKNOWN-UPS"});
  EXPECT_TRUE(is_list(ask(asker, list_request())));
  EXPECT_EQ(server.connections(), 1u);
}

TEST(NutClient, ReadingNeedsNoLogin) {
  support::scratch folder;
  auto secret = folder.write("secret", "admin:pass word\n", 0600);
  fake_upsd server(well_behaved);
  client asker(at(server, "file:" + secret));
  EXPECT_TRUE(is_list(ask(asker, list_request())));
  EXPECT_THAT(server.lines(), ElementsAre("LIST VAR rack"));
}

TEST(NutClient, ACommandLogsInFirstAndOnceForAConnection) {
  support::scratch folder;
  auto secret = folder.write("secret", "admin:pass word\n", 0600);
  fake_upsd server(well_behaved);
  client asker(at(server, "file:" + secret));
  EXPECT_EQ(std::get<std::string>(ask(asker, command_request())), "OK");
  EXPECT_EQ(std::get<std::string>(ask(asker, command_request())), "OK");
  EXPECT_THAT(server.lines(),
              ElementsAre("USERNAME admin", "PASSWORD \"pass word\"",
                          "INSTCMD rack outlet.1.load.off", "INSTCMD rack outlet.1.load.off"));
}

TEST(NutClient, WithoutReadableCredentialsACommandIsRefusedAndNotSent) {
  support::scratch folder;
  fake_upsd server(well_behaved);
  client asker(at(server, "file:" + (folder / "secret")));
  EXPECT_THAT(failure_text(ask(asker, command_request())), HasSubstr("refused: credentials"));
  EXPECT_TRUE(is_list(ask(asker, list_request())));
  EXPECT_THAT(server.lines(), ElementsAre("LIST VAR rack"));
  // Mended, it works without a restart.
  folder.write("secret", "admin:secret", 0600);
  EXPECT_EQ(std::get<std::string>(ask(asker, command_request())), "OK");
}

TEST(NutClient, CredentialsOfAnotherFormAreRefusedWithoutBeingShown) {
  support::scratch folder;
  auto secret = folder.write("secret", "hunter2", 0600);
  fake_upsd server(well_behaved);
  client asker(at(server, "file:" + secret));
  auto text = failure_text(ask(asker, command_request()));
  EXPECT_THAT(text, HasSubstr("user:password"));
  EXPECT_THAT(text, testing::Not(HasSubstr("hunter2")));
  EXPECT_THAT(server.lines(), IsEmpty());
}

TEST(NutClient, AfterDeniedAccessTheNextCommandLogsInAfresh) {
  support::scratch folder;
  folder.write("secret", "admin:old", 0600);
  std::string password;
  fake_upsd server([&password](const std::string& line) -> fake_upsd::reaction {
    if (line.starts_with("PASSWORD")) password = line;
    if (line.starts_with("INSTCMD") && password != "PASSWORD new") return {"ERR ACCESS-DENIED\n"};
    return well_behaved(line);
  });
  client asker(at(server, "file:" + (folder / "secret")));
  EXPECT_EQ(std::get<refusal>(ask(asker, command_request())), refusal{"ACCESS-DENIED"});
  folder.write("secret", "admin:new", 0600);
  EXPECT_EQ(std::get<std::string>(ask(asker, command_request())), "OK");
}

TEST(NutClient, ARefusedUserIsSaidEvenIfTheQuestionWouldBeAnswered) {
  support::scratch folder;
  auto secret = folder.write("secret", "nobody:x", 0600);
  fake_upsd server([](const std::string& line) -> fake_upsd::reaction {
    if (line.starts_with("USERNAME")) return {"ERR INVALID-USERNAME\n"};
    return well_behaved(line);
  });
  client asker(at(server, "file:" + secret));
  request version;
  version.words = {"VER"};
  version.login = true;
  EXPECT_THAT(failure_text(ask(asker, version)), HasSubstr("does not know the user"));
}

TEST(NutClient, ANameThatCannotTravelIsNonsenseAndHarmsNobodyElse) {
  fake_upsd server(well_behaved);
  client asker(at(server));
  auto bad = list_request();
  bad.words = {"LIST", "VAR", "rack\nFSD rack"};
  EXPECT_THAT(failure_text(ask(asker, bad)), HasSubstr("nonsense"));
  EXPECT_TRUE(is_list(ask(asker, list_request())));
}

TEST(NutClient, WhoStillWaitsAtTheEndIsTold) {
  fake_upsd server(silent);
  auto asker = std::make_unique<client>(at(server));
  auto answer = asking(*asker, list_request());
  asker.reset();
  EXPECT_THAT(failure_text(wait_for(std::move(answer))), HasSubstr("unreachable"));
}

TEST(NutClient, AHandlerMayLetGoOfTheLastReference) {
  fake_upsd server(well_behaved);
  auto asker = std::make_shared<client>(at(server));
  std::promise<void> gone;
  auto list = list_request();
  list.done = [&gone, asker](const outcome&) mutable {
    asker.reset();
    gone.set_value();
  };
  auto& last = *asker;
  asker.reset();
  last.ask(std::move(list));
  EXPECT_EQ(gone.get_future().wait_for(10s), std::future_status::ready);
}

TEST(NutClient, TheSameServerIsSharedAndAnotherIsNot) {
  server_address here{"127.0.0.1", 3493, {}};
  server_address with_login{"127.0.0.1", 3493, "env:NUT_SECRET"};
  auto first = client::of(here);
  EXPECT_EQ(client::of(here), first);
  EXPECT_NE(client::of(with_login), first);
  EXPECT_EQ(first->name(), "127.0.0.1:3493");
  EXPECT_EQ(client::of({"::1", 3493, {}})->name(), "[::1]:3493");
}

}  // namespace
}  // namespace holdover::device::nut
