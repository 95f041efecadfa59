#include "io/device/nut/answer.hpp"

#include "io/device/nut/line.hpp"

#include <algorithm>
#include <utility>

namespace holdover::device::nut {

namespace {

bool is_list_line(const std::vector<std::string>& words, std::string_view edge,
                  std::string_view ups) {
  return words.size() == 4 && words[0] == edge && words[1] == "LIST" && words[2] == "VAR"
         && words[3] == ups;
}

}  // namespace

std::optional<std::string_view> value_of(const variables& list, std::string_view name) {
  auto found = std::ranges::find(list, name, &variable::name);
  if (found == list.end()) return std::nullopt;
  return found->value;
}

answer_reader answer_reader::list_of_variables(std::string ups) {
  answer_reader reader;
  reader.ups_ = std::move(ups);
  return reader;
}

std::optional<complete> answer_reader::feed(std::string_view line) {
  bytes_ += line.size();
  if (bytes_ > answer_bytes_max) return out_of_step{"an answer without an end"};
  auto words = split(line);
  if (!begun_ && words && words->size() >= 2 && words->front() == "ERR")
    return refusal{std::move((*words)[1])};
  // Free text, such as the answer to VER, need not be words.
  if (!ups_) return one_line{std::string(line)};
  if (!words) return out_of_step{"a line with an open quote"};
  return begun_ ? listed(std::move(*words)) : first(*words);
}

std::optional<complete> answer_reader::first(const std::vector<std::string>& words) {
  begun_ = is_list_line(words, "BEGIN", *ups_);
  if (!begun_) return out_of_step{"a line that begins no list of variables"};
  return std::nullopt;
}

std::optional<complete> answer_reader::listed(std::vector<std::string> words) {
  if (is_list_line(words, "END", *ups_)) return std::move(found_);
  bool fits = words.size() == 4 && words[0] == "VAR" && words[1] == *ups_;
  if (!fits) return out_of_step{"a line that is no variable of this UPS"};
  if (found_.size() == variables_max) return out_of_step{"too many variables"};
  found_.push_back({std::move(words[2]), std::move(words[3])});
  return std::nullopt;
}

}  // namespace holdover::device::nut
