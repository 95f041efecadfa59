// Fetches the secret that a site file only points to: "file:PATH" or "env:NAME".
//
// A secret is read when it is used, so that a changed file counts from the next login on. What is
// read never appears in a failure's text.

#pragma once

#include "io/device/driver.hpp"

#include <string>
#include <string_view>

namespace holdover::device {

/// Whether a reference has a form that fetch_secret() understands; nothing is read.
bool is_secret_reference(std::string_view reference);

/// The secret without surrounding white space. Refused: a file that others may read.
answer<std::string> fetch_secret(std::string_view reference);

}  // namespace holdover::device
