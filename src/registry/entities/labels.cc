// Kubernetes' rules for labels and names, with its own words.

#include <cctype>

#include "registry/entities/validation.h"

namespace sandbox::registry {
namespace {

constexpr size_t kLabelsMax = 16;
constexpr size_t kLabelLengthMax = 63;
constexpr size_t kPrefixLengthMax = 253;

constexpr std::string_view kTooLong = "must be no more than 63 characters";
constexpr std::string_view kQualifiedName =
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
    "(e.g. 'MyName', or 'my.name', or "
    "'123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
constexpr std::string_view kSubdomain =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and "
    "end with an alphanumeric character "
    "(e.g. 'example.com', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
constexpr std::string_view kLabelValue =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and "
    "end with an alphanumeric character "
    "(e.g. 'MyValue', or 'my_value', or '12345', regex used for validation is "
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
constexpr std::string_view kDnsLabel =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with "
    "an alphanumeric character (e.g. "
    "'my-name', or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

bool IsAlphanumeric(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) && static_cast<unsigned char>(c) < 128;
}
bool IsLowerAlphanumeric(char c) { return IsAlphanumeric(c) && !std::isupper(static_cast<unsigned char>(c)); }

// "[A-Za-z0-9]" at both ends and `inner` characters too in between.
template <typename Edge>
bool Matches(std::string_view text, Edge edge, std::string_view inner) {
  if (text.empty() || !edge(text.front()) || !edge(text.back())) return false;
  for (char c : text) {
    if (!edge(c) && inner.find(c) == std::string_view::npos) return false;
  }
  return true;
}

bool IsSubdomain(std::string_view text) {
  for (;;) {
    const size_t dot = text.find('.');
    if (!Matches(text.substr(0, dot), IsLowerAlphanumeric, "-")) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

void Append(std::string& problems, std::string_view prefix, std::string_view text) {
  if (!problems.empty()) problems += ' ';
  problems.append(prefix).append(text);
}

std::string KeyProblems(std::string_view key) {
  std::string problems;
  std::string_view name = key;
  const size_t slash = key.find('/');
  if (slash != std::string_view::npos) {
    name = key.substr(slash + 1);
    if (name.find('/') != std::string_view::npos) {
      return Cat("a qualified name ", kQualifiedName,
                 " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
    }
    const std::string_view prefix = key.substr(0, slash);
    if (prefix.empty()) {
      Append(problems, "prefix part ", "must be non-empty");
    } else {
      if (prefix.size() > kPrefixLengthMax) Append(problems, "prefix part ", "must be no more than 253 characters");
      if (!IsSubdomain(prefix)) Append(problems, "prefix part ", kSubdomain);
    }
  }
  if (name.empty()) {
    Append(problems, "name part ", "must be non-empty");
  } else if (name.size() > kLabelLengthMax) {
    Append(problems, "name part ", kTooLong);
  }
  if (!Matches(name, IsAlphanumeric, "-_.")) Append(problems, "name part ", kQualifiedName);
  return problems;
}

std::string ValueProblems(std::string_view value) {
  std::string problems;
  if (value.size() > kLabelLengthMax) Append(problems, "", kTooLong);
  if (!value.empty() && !Matches(value, IsAlphanumeric, "-_.")) Append(problems, "", kLabelValue);
  return problems;
}

}  // namespace

std::string DnsLabelProblem(std::string_view text) {
  std::string problems;
  if (text.size() > kLabelLengthMax) Append(problems, "", kTooLong);
  if (!Matches(text, IsLowerAlphanumeric, "-"))
    Append(problems, "", IsSubdomain(text) ? "must not contain dots" : kDnsLabel);
  return problems;
}

Status CheckLabels(const flyteidl::admin::Labels& labels) {
  if (labels.values().size() > kLabelsMax)
    return InvalidArgument(Cat("labels map cannot exceed ", kLabelsMax, " entries"));
  for (const auto& [key, value] : labels.values()) {
    if (const std::string problems = KeyProblems(key); !problems.empty())
      return InvalidArgument(Cat("invalid label key [", key, "]: [", problems, "]"));
    if (const std::string problems = ValueProblems(value); !problems.empty())
      return InvalidArgument(Cat("invalid label value [", value, "]: [", problems, "]"));
  }
  return {};
}

}  // namespace sandbox::registry
