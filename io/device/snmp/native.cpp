#include "io/device/snmp/native.hpp"

#include "core/expects.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace holdover::device::snmp {

object_id object_id_from(const ::oid* arcs, std::size_t count) {
  std::array<std::uint32_t, MAX_OID_LEN> ours;
  const auto taken = std::min(count, ours.size());
  for (std::size_t i = 0; i < taken; ++i)
    ours[i] = static_cast<std::uint32_t>(arcs[i]);
  return object_id(object_id::arc_view(ours.data(), taken));
}

namespace {

/// A name as the library wants it, on the stack: a request has forty.
struct native_name {
  explicit native_name(const object_id& name) : count(std::min(name.size(), arcs.size())) {
    std::ranges::copy(name.arcs().first(count), arcs.begin());
  }
  const ::oid* data() const { return arcs.data(); }
  std::size_t size() const { return count; }

  std::array<::oid, MAX_OID_LEN> arcs;
  std::size_t count;
};

value from_native(const netsnmp_variable_list& given) {
  switch (given.type) {  // Exceptions carry no value; the library leaves their pointer empty.
    case SNMP_NOSUCHOBJECT:
      return absence::no_such_object;
    case SNMP_NOSUCHINSTANCE:
      return absence::no_such_instance;
    case SNMP_ENDOFMIBVIEW:
      return absence::end_of_view;
    default:
      break;
  }
  if (given.val.integer == nullptr) return absence::null;
  switch (given.type) {
    case ASN_INTEGER:
      return static_cast<std::int64_t>(*given.val.integer);
    case ASN_COUNTER:
    case ASN_GAUGE:
    case ASN_TIMETICKS:
    case ASN_UINTEGER:
      return static_cast<std::uint64_t>(static_cast<std::uint32_t>(*given.val.integer));
    case ASN_COUNTER64:
    case ASN_OPAQUE_U64:
      return (static_cast<std::uint64_t>(given.val.counter64->high) << 32)
             | (given.val.counter64->low & 0xffffffffu);
    case ASN_OPAQUE_FLOAT:
      return static_cast<double>(*given.val.floatVal);
    case ASN_OPAQUE_DOUBLE:
      return *given.val.doubleVal;
    case ASN_OCTET_STR:
      return std::string(reinterpret_cast<const char*>(given.val.string), given.val_len);
    case ASN_OBJECT_ID:
      return object_id_from(given.val.objid, given.val_len / sizeof(::oid));
    default:
      return absence::null;
  }
}

int native_verb(request::verb how) {
  switch (how) {
    case request::verb::get:
      return SNMP_MSG_GET;
    case request::verb::get_next:
      return SNMP_MSG_GETNEXT;
    case request::verb::get_bulk:
      return SNMP_MSG_GETBULK;
    case request::verb::set:
      return SNMP_MSG_SET;
  }
  return SNMP_MSG_GET;
}

void add(netsnmp_pdu& pdu, const binding& wanted, bool with_value) {
  const native_name name(wanted.name);
  if (!with_value) {
    snmp_add_null_var(&pdu, name.data(), name.size());
    return;
  }
  if (const auto* integer = std::get_if<std::int64_t>(&wanted.what)) {
    const long native = *integer;
    snmp_pdu_add_variable(&pdu, name.data(), name.size(), ASN_INTEGER, &native, sizeof native);
  } else if (const auto* gauge = std::get_if<std::uint64_t>(&wanted.what)) {
    const unsigned long native = *gauge;
    snmp_pdu_add_variable(&pdu, name.data(), name.size(), ASN_GAUGE, &native, sizeof native);
  } else if (const auto* id = std::get_if<object_id>(&wanted.what)) {
    const native_name native(*id);
    snmp_pdu_add_variable(&pdu, name.data(), name.size(), ASN_OBJECT_ID, native.data(),
                          native.size() * sizeof(oid));
  } else {
    const auto* bytes = std::get_if<std::string>(&wanted.what);
    expects(bytes != nullptr);
    snmp_pdu_add_variable(&pdu, name.data(), name.size(), ASN_OCTET_STR, bytes->data(),
                          bytes->size());
  }
}

}  // namespace

reply to_reply(const netsnmp_pdu& pdu) {
  reply got{pdu.errstat, pdu.errindex, {}};
  for (const auto* entry = pdu.variables; entry != nullptr; entry = entry->next_variable)
    got.bindings.push_back({object_id_from(entry->name, entry->name_length), from_native(*entry)});
  return got;
}

netsnmp_pdu* to_native(const request& wanted) {
  auto* pdu = snmp_pdu_create(native_verb(wanted.how));
  if (wanted.how == request::verb::get_bulk) {
    pdu->non_repeaters = 0;
    pdu->max_repetitions = wanted.repetitions;
  }
  for (const auto& one : wanted.bindings)
    add(*pdu, one, wanted.how == request::verb::set);
  return pdu;
}

}  // namespace holdover::device::snmp
