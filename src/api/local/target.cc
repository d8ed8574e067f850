#include "api/local/target.h"

#include <algorithm>
#include <charconv>

#include "sandbox/base/encoding.h"

namespace sandbox::api {

using nlohmann::json;

// As pages write it: a '+' is a space.
static std::string DecodeQuery(std::string_view text) {
  std::string spaced(text);
  std::ranges::replace(spaced, '+', ' ');
  return PercentDecodeLoosely(spaced);
}

Target ParseTarget(std::string_view target) {
  Target out;
  const size_t mark = target.find('?');
  out.path = PercentDecodeLoosely(target.substr(0, mark));
  if (mark == std::string_view::npos) return out;
  std::string_view rest = target.substr(mark + 1);
  while (!rest.empty()) {
    const size_t end = std::min(rest.find('&'), rest.size());
    const std::string_view pair = rest.substr(0, end);
    const size_t equals = std::min(pair.find('='), pair.size());
    out.query[DecodeQuery(pair.substr(0, equals))] = DecodeQuery(pair.substr(std::min(equals + 1, pair.size())));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out;
}

std::string JsonText(const json& body) { return body.dump(-1, ' ', false, json::error_handler_t::replace); }

net::HttpResponse JsonAnswer(unsigned status, const json& body) {
  net::HttpResponse response;
  response.status = status;
  response.headers.Set("Content-Type", "application/json");
  response.body = JsonText(body) + "\n";
  return response;
}

Result<int64_t> Target::Number(const std::string& name, int64_t usual, int64_t least, int64_t most) const {
  const std::string text = Get(name);
  if (text.empty()) return usual;
  int64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size() || value < least || value > most)
    return InvalidField(name, Cat(name, " has to be a whole number from ", least, " to ", most, ", not ", text));
  return value;
}

std::unexpected<Error> InvalidField(const std::string& field, const std::string& message) {
  return Fail(Code::kInvalidArgument, field, message);
}

net::HttpResponse ErrorAnswer(const Error& error) {
  const bool field = error.code == Code::kInvalidArgument && error.reason != "INVALID_ARGUMENT";
  json body = {{"code", static_cast<int>(error.code)},
               {"message", error.message},
               {"reason", field ? "INVALID_ARGUMENT" : error.reason}};
  if (field) body["field"] = error.reason;
  switch (error.code) {
    case Code::kInvalidArgument: return JsonAnswer(400, body);
    case Code::kNotFound: return JsonAnswer(404, body);
    case Code::kOutOfRange: return JsonAnswer(416, body);
    case Code::kResourceExhausted: return JsonAnswer(429, body);
    case Code::kUnavailable: return JsonAnswer(503, body);
    default: return JsonAnswer(500, body);
  }
}

net::HttpResponse NotFoundAnswer(const std::string& message) {
  return JsonAnswer(404, {{"code", 5}, {"message", message}, {"reason", "NOT_FOUND"}});
}

}  // namespace sandbox::api
