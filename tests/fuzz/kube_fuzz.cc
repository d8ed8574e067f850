// What kubectl's users send: selectors, paths and queries.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "api/kube/request.h"
#include "api/kube/selectors.h"
#include "api/kube/wire.h"
#include "net/http_message.h"
#include "sandbox/base/text.h"

using namespace sandbox;

namespace {

// An error says something, and says it in UTF-8: it becomes JSON.
void CheckError(const Error& error) {
  if (error.code != Code::kInvalidArgument || error.message.empty() || !IsUtf8(error.message)) __builtin_trap();
}

void CheckSelectors(std::string_view text) {
  const kube::Fields labels = {{"a", "b"}, {"n", "1"}, {"x/y", ""}};
  if (const auto parsed = kube::LabelSelector::Parse(text)) {
    // With a term that holds it takes what it took; with its opposite it takes nothing.
    const bool takes = parsed->Matches(labels);
    const auto more = [&](std::string_view term) {
      const auto both = kube::LabelSelector::Parse(parsed->Empty() ? std::string(term) : Cat(term, ",", text));
      if (!both) __builtin_trap();
      return both->Matches(labels);
    };
    if (more("a=b") != takes || more("!a")) __builtin_trap();
  } else {
    CheckError(parsed.error());
  }
  if (const auto parsed = kube::FieldSelector::Parse(text)) {
    if (const Status known = parsed->Check({"a"}); !known) CheckError(known.error());
    (void)parsed->Matches(labels);
  } else {
    CheckError(parsed.error());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  CheckSelectors(text);
  if (const auto secret = kube::SecretFromProtobuf(text)) {
    if (!(*secret)["data"].is_object()) __builtin_trap();
  } else {
    CheckError(secret.error());
  }
  net::HttpRequest request;
  request.target = Cat(kube::kRoot, "/", text);
  request.headers.Set("Accept", std::string(text));
  const kube::KubeRequest parsed = kube::ParseRequest(request);
  if (!IsUtf8(parsed.path) || !IsUtf8(parsed.name) || !IsUtf8(parsed.pod_namespace)) __builtin_trap();
  CheckSelectors(parsed.Param("labelSelector"));
  return 0;
}
