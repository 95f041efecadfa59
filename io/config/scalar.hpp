// One scalar of a YAML file turned into what the schema wants, or why it cannot be.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace google::protobuf {
class EnumDescriptor;
class FieldDescriptor;
class Message;
}  // namespace google::protobuf

namespace holdover::config {

/// Sets a scalar field (or adds to a repeated one) from its text. Returns what is wrong with the
/// text, or nothing.
std::string set_scalar(google::protobuf::Message& out,
                       const google::protobuf::FieldDescriptor& field, const std::string& text);

/// Whether a message type is written as a scalar: durations are.
bool written_as_scalar(const google::protobuf::FieldDescriptor& field);

}  // namespace holdover::config
