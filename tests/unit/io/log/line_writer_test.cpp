// A log that nobody reads must hold up nobody.

#include "io/log/line_writer.hpp"

#include <gtest/gtest.h>

#include <array>
#include <fcntl.h>
#include <poll.h>
#include <string>
#include <unistd.h>

namespace holdover::log_output {
namespace {

using namespace std::chrono_literals;

/// A pipe that holds a page.
class LineWriter : public ::testing::Test {
protected:
  LineWriter() {
    EXPECT_EQ(::pipe(ends_.data()), 0);
    ::fcntl(ends_[1], F_SETPIPE_SZ, 4096);
  }
  ~LineWriter() override {
    close_reader();
    ::close(ends_[1]);
  }

  int in() const { return ends_[1]; }
  void close_reader() {
    if (ends_[0] >= 0) ::close(ends_[0]);
    ends_[0] = -1;
  }
  void fill() const {
    ::fcntl(in(), F_SETFL, O_NONBLOCK);
    const std::string page(4096, '.');
    while (::write(in(), page.data(), page.size()) > 0) {
    }
    ::fcntl(in(), F_SETFL, 0);
  }
  /// Until these words came, or for a while.
  std::string read_until(const std::string& words) const {
    std::string all;
    std::array<char, 4096> some{};
    while (all.find(words) == std::string::npos) {
      pollfd ready{ends_[0], POLLIN, 0};
      if (::poll(&ready, 1, 15'000) != 1) break;
      const auto got = ::read(ends_[0], some.data(), some.size());
      if (got <= 0) break;
      all.append(some.data(), static_cast<std::size_t>(got));
    }
    return all;
  }

private:
  std::array<int, 2> ends_{-1, -1};
};

/// How many lines a text tells to have been dropped. One line may have been under way when the
/// first were, so it can tell of them in parts.
std::uint64_t dropped_in(const std::string& said) {
  const std::string before = "warning: ";
  const std::string after = " lines of the log were dropped";
  std::uint64_t count = 0;
  for (auto end = said.find(after); end != std::string::npos; end = said.find(after, end + 1)) {
    const auto begin = said.rfind(before, end) + before.size();
    count += std::stoull(said.substr(begin, end - begin));
  }
  return count;
}

TEST_F(LineWriter, WritesLinesInTheirOrder) {
  line_writer writer{in(), "test"};
  writer.put("one\n");
  writer.put("two\n");
  EXPECT_EQ(read_until("two\n"), "one\ntwo\n");
}

TEST_F(LineWriter, NobodyWaitsForAFullPipeAndTheOldestLinesGo) {
  fill();
  line_writer writer{in(), "test", 10};
  for (int i = 0; i < 1000; ++i)
    writer.put("line " + std::to_string(i) + "\n");
  EXPECT_GE(writer.dropped(), 989U) << "one may be under way";
  EXPECT_FALSE(writer.drain(1ms));
}

TEST_F(LineWriter, WhatWasDroppedIsToldWhenSomebodyReadsAgain) {
  fill();
  line_writer writer{in(), "test", 10};
  for (int i = 0; i < 1000; ++i)
    writer.put("line " + std::to_string(i) + "\n");
  const auto said = read_until("line 999\n");
  EXPECT_EQ(dropped_in(said), writer.dropped()) << said.substr(said.find_first_not_of('.'));
  EXPECT_NE(said.find("line 990\n"), std::string::npos);
}

TEST_F(LineWriter, ItEndsThoughNobodyReads) {
  fill();
  line_writer writer{in(), "test"};
  writer.put("never read\n");
}

TEST_F(LineWriter, WhatWaitsComesOutBeforeItEnds) {
  {
    line_writer writer{in(), "test"};
    writer.put("last words\n");
  }
  EXPECT_EQ(read_until("last words\n"), "last words\n");
}

TEST_F(LineWriter, ALineLongerThanThePipeComesInParts) {
  line_writer writer{in(), "test"};
  writer.put(std::string(10'000, 'x') + "\n");
  EXPECT_EQ(read_until("\n").size(), 10'001U);
}

TEST_F(LineWriter, AnEndlessLineIsCut) {
  line_writer writer{in(), "test"};
  writer.put(std::string(1'000'000, 'x') + "\n");
  EXPECT_EQ(read_until("\n").size(), line_writer::line_bytes_max);
}

}  // namespace
}  // namespace holdover::log_output
