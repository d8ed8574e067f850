#include "api/kube/request.h"

#include <algorithm>

#include "sandbox/base/encoding.h"
#include "sandbox/base/text.h"

namespace sandbox::kube {
namespace {

std::vector<std::pair<std::string, std::string>> ParseQuery(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> out;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(pair.size() + 1, text.size()));
    const size_t equals = std::min(pair.find('='), pair.size());
    auto name = PercentDecode(pair.substr(0, equals), Plus::kIsSpace);
    auto value = PercentDecode(pair.substr(std::min(equals + 1, pair.size())), Plus::kIsSpace);
    if (name && value && !pair.empty()) out.emplace_back(std::move(*name), std::move(*value));
  }
  return out;
}

// The parts of a path, decoded one by one: a name may hold an escaped slash.
std::vector<std::string> Parts(std::string_view path) {
  std::vector<std::string> out;
  while (!path.empty()) {
    path.remove_prefix(std::min(path.find_first_not_of('/'), path.size()));
    const std::string_view part = path.substr(0, path.find('/'));
    path.remove_prefix(part.size());
    if (!part.empty()) out.push_back(ValidUtf8(PercentDecode(part).value_or(std::string(part))));
  }
  return out;
}

// What is behind a group's version: [namespaces/NS/]RESOURCE[/NAME[/SUBRESOURCE]].
void ReadResource(std::vector<std::string> parts, KubeRequest& out) {
  if (parts.size() > 2 && parts[0] == "namespaces" && parts[2] != "status" && parts[2] != "finalize") {
    out.pod_namespace = parts[1];
    parts.erase(parts.begin(), parts.begin() + 2);
  }
  if (!parts.empty()) out.resource = parts[0];
  if (parts.size() > 1) out.name = parts[1];
  for (size_t i = 2; i < parts.size(); ++i) out.subresource += Cat(i == 2 ? "" : "/", parts[i]);
}

std::string_view Trim(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return text.substr(0, text.find_last_not_of(' ') + 1);
}

// The first form of an Accept header that is served; JSON when there is none.
void ReadAccept(std::string_view accept, KubeRequest& out) {
  while (!accept.empty()) {
    std::string_view range = accept.substr(0, accept.find(','));
    accept.remove_prefix(std::min(range.size() + 1, accept.size()));
    const std::string_view type = Trim(range.substr(0, range.find(';')));
    std::string_view as, version;
    for (size_t at = range.find(';'); at != std::string_view::npos; at = range.find(';', at + 1)) {
      const std::string_view parameter = Trim(range.substr(at + 1, range.find(';', at + 1) - at - 1));
      if (parameter.starts_with("as=")) as = parameter.substr(3);
      if (parameter.starts_with("v=")) version = parameter.substr(2);
    }
    if (type != "application/json" && type != "*/*" && type != "application/*") continue;
    if (as.empty()) return;
    if (as != "Table" || (version != "v1" && version != "v1beta1")) continue;
    out.form = Form::kTable;
    out.table_version = version;
    return;
  }
}

}  // namespace

std::string_view KubeRequest::Param(std::string_view name) const {
  const auto found = std::ranges::find(query, name, [](const auto& pair) { return std::string_view(pair.first); });
  return found == query.end() ? std::string_view() : std::string_view(found->second);
}

KubeRequest ParseRequest(const net::HttpRequest& http) {
  KubeRequest out;
  out.method = http.method;
  std::string_view target = http.target;
  if (target.starts_with(kRoot)) target.remove_prefix(kRoot.size());
  const size_t question = std::min(target.find('?'), target.size());
  out.query = ParseQuery(target.substr(std::min(question + 1, target.size())));
  std::vector<std::string> parts = Parts(target.substr(0, question));
  for (const std::string& part : parts) out.path += "/" + part;
  ReadAccept(http.headers.Get("Accept"), out);
  out.whole_objects = out.Param("includeObject") == "Object";
  if (parts.size() >= 2 && parts[0] == "api") {
    out.version = parts[1];
    ReadResource({parts.begin() + 2, parts.end()}, out);
  } else if (parts.size() >= 3 && parts[0] == "apis") {
    out.group = parts[1];
    out.version = parts[2];
    ReadResource({parts.begin() + 3, parts.end()}, out);
  }
  return out;
}

}  // namespace sandbox::kube
