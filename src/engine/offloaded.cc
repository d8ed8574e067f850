#include "offloaded.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace sandbox::engine {
namespace {

namespace core = flyteidl::core;

constexpr int kDepthMax = 100;
constexpr int kOpenedMax = 100'000;

using Version = std::array<uint32_t, 3>;

// "1.13.14" of "v1.13.14b2"; zeros for what is no number.
Version ParseVersion(std::string_view text) {
  Version out{};
  if (text.starts_with('v')) text.remove_prefix(1);
  for (uint32_t& part : out) {
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), part);
    if (failed != std::errc()) break;
    text.remove_prefix(end - text.data());
    if (!text.starts_with('.')) break;
    text.remove_prefix(1);
  }
  return out;
}

}  // namespace

Result<const core::Literal*> ValueLookup::Find(const core::Literal& literal) {
  if (!literal.has_offloaded_metadata()) return &literal;
  const std::string& uri = literal.offloaded_metadata().uri();
  const auto found = values_.find(uri);
  if (found == values_.end()) {
    missing_.insert(uri);
    return Fail(Code::kUnavailable, "NOT_READ", Cat("[", uri, "] was not read yet"));
  }
  if (!found->second.literal) return Fail(Code::kFailedPrecondition, "UNREADABLE", found->second.error);
  return found->second.literal.get();
}

Result<core::Literal> ValueLookup::FindAll(const core::Literal& literal, int depth) {
  opened_ += literal.has_offloaded_metadata();
  if (depth > kDepthMax || opened_ > kOpenedMax)
    return Fail(Code::kFailedPrecondition, "UNREADABLE", "offloaded literals are nested too deeply");
  const auto value = Find(literal);
  if (!value) return std::unexpected(value.error());
  if (!HasOffloaded(**value)) return **value;
  core::Literal out;
  std::optional<Error> failure;
  // All that is missing is named at once; any other failure is the end.
  const auto add = [&](const core::Literal& from, core::Literal& to) {
    auto inner = FindAll(from, depth + 1);
    if (inner) {
      to = std::move(*inner);
    } else {
      failure = std::move(inner.error());
    }
    return !failure || !Complete();
  };
  if ((*value)->has_collection()) {
    for (const core::Literal& element : (*value)->collection().literals()) {
      if (!add(element, *out.mutable_collection()->add_literals())) break;
    }
  } else {
    for (const auto& [key, element] : (*value)->map().literals()) {
      if (!add(element, (*out.mutable_map()->mutable_literals())[key])) break;
    }
  }
  if (failure) return std::unexpected(std::move(*failure));
  return out;
}

bool HasOffloaded(const core::Literal& literal) {
  if (literal.has_collection()) return std::ranges::any_of(literal.collection().literals(), HasOffloaded);
  if (literal.has_map())
    return std::ranges::any_of(literal.map().literals(), [](const auto& entry) { return HasOffloaded(entry.second); });
  return literal.has_offloaded_metadata();
}

bool KnowsOffloading(const core::TaskTemplate& task) {
  const core::RuntimeMetadata& runtime = task.metadata().runtime();
  return runtime.type() == core::RuntimeMetadata::FLYTE_SDK &&
         ParseVersion(runtime.version()) >= ParseVersion(kOffloadingSince);
}

}  // namespace sandbox::engine
