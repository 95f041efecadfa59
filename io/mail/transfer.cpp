#include "io/mail/transfer.hpp"

#include "io/device/secret.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <curl/curl.h>
#include <memory>
#include <random>

namespace holdover::mail {

namespace {

struct text_source {
  std::string_view rest;
};

std::size_t read_text(char* to, std::size_t size, std::size_t count, void* from) {
  auto& source = *static_cast<text_source*>(from);
  const auto length = std::min(size * count, source.rest.size());
  std::memcpy(to, source.rest.data(), length);
  source.rest.remove_prefix(length);
  return length;
}

int stopped(void* stop, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::atomic<bool>*>(stop)->load() ? 1 : 0;
}

/// The last line of the server's talk, for messages.
std::size_t hear(char* line, std::size_t size, std::size_t count, void* to) {
  auto& heard = *static_cast<std::string*>(to);
  heard.assign(line, std::min<std::size_t>(size * count, 200));
  while (!heard.empty() && (heard.back() == '\r' || heard.back() == '\n'))
    heard.pop_back();
  return size * count;
}

std::string unique_id(const std::string& from) {
  std::random_device source;
  std::string id;
  constexpr std::string_view digits = "0123456789abcdef";
  for (int i = 0; i < 24; ++i)
    id += digits[source() % 16];
  return id + '@' + from.substr(from.find('@') + 1);
}

using handle = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using list = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

/// Nothing: no login is asked for.
std::optional<std::string> log_in(CURL* easy, const jobs::mail_config& server) {
  if (server.credentials.empty()) return std::nullopt;
  const auto secret = device::fetch_secret(server.credentials);
  if (const auto* why = std::get_if<device::failure>(&secret)) return why->text;
  const auto& text = std::get<std::string>(secret);
  const auto colon = text.find(':');
  if (colon == std::string::npos) return "credentials: must be user:password";
  curl_easy_setopt(easy, CURLOPT_USERNAME, text.substr(0, colon).c_str());
  curl_easy_setopt(easy, CURLOPT_PASSWORD, text.substr(colon + 1).c_str());
  return std::nullopt;
}

void address(CURL* easy, const jobs::mail_config& server) {
  const auto scheme = server.tls == "tls" ? "smtps://" : "smtp://";
  const bool v6 = server.host.find(':') != std::string::npos;
  const auto host = v6 ? '[' + server.host + ']' : server.host;
  const auto url = scheme + host + ':' + std::to_string(server.port);
  curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy, CURLOPT_USE_SSL,
                   static_cast<long>(server.tls == "none" ? CURLUSESSL_NONE : CURLUSESSL_ALL));
  if (!server.ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, server.ca_file.c_str());
}

}  // namespace

transfer_result transfer(const jobs::mail_config& server, const letter& what,
                         std::chrono::milliseconds connect, std::chrono::milliseconds whole,
                         const std::atomic<bool>& stop) {
  static const bool ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  const handle easy{ready ? curl_easy_init() : nullptr, &curl_easy_cleanup};
  if (!easy) return {"libcurl cannot be used", false};
  address(easy.get(), server);
  if (auto problem = log_in(easy.get(), server)) return {std::move(problem), false};

  list recipients{nullptr, &curl_slist_free_all};
  for (const auto& to : what.to) {
    auto* const longer = curl_slist_append(recipients.get(), to.c_str());
    if (longer == nullptr) return {"out of memory", false};
    static_cast<void>(recipients.release());
    recipients.reset(longer);
  }
  const auto message =
      compose(what, server.from, unique_id(server.from), std::chrono::system_clock::now());
  text_source source{message};
  std::string heard;
  std::array<char, CURL_ERROR_SIZE> words{};
  curl_easy_setopt(easy.get(), CURLOPT_MAIL_FROM, server.from.c_str());
  curl_easy_setopt(easy.get(), CURLOPT_MAIL_RCPT, recipients.get());
  curl_easy_setopt(easy.get(), CURLOPT_READFUNCTION, &read_text);
  curl_easy_setopt(easy.get(), CURLOPT_READDATA, &source);
  curl_easy_setopt(easy.get(), CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(easy.get(), CURLOPT_HEADERFUNCTION, &hear);
  curl_easy_setopt(easy.get(), CURLOPT_HEADERDATA, &heard);
  curl_easy_setopt(easy.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy.get(), CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(connect.count()));
  curl_easy_setopt(easy.get(), CURLOPT_TIMEOUT_MS, static_cast<long>(whole.count()));
  curl_easy_setopt(easy.get(), CURLOPT_ERRORBUFFER, words.data());
  curl_easy_setopt(easy.get(), CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(easy.get(), CURLOPT_XFERINFOFUNCTION, &stopped);
  curl_easy_setopt(easy.get(), CURLOPT_XFERINFODATA, const_cast<std::atomic<bool>*>(&stop));

  const auto result = curl_easy_perform(easy.get());
  if (result == CURLE_OK) return {};
  long code = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &code);
  const bool refused = code >= 500 && code < 600;
  const std::string why = words[0] != 0 ? words.data() : curl_easy_strerror(result);
  return {server.host + ": " + why + (code >= 400 && !heard.empty() ? " (" + heard + ')' : ""),
          refused};
}

}  // namespace holdover::mail
