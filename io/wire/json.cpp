#include "io/wire/json.hpp"

#include "io/wire/message_codec.hpp"

#include <google/protobuf/util/json_util.h>

namespace holdover::wire {

std::string to_json(const message& what) {
  v1::Message out;
  encode(what, out);
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = true;  // "raised": false must be seen, too
  std::string text;
  if (!google::protobuf::util::MessageToJsonString(out, &text, options).ok()) return "{}";
  return text;
}

}  // namespace holdover::wire
