#include "unit/entities/transcript.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <future>
#include <iostream>
#include <regex>
#include <sstream>

#include "flyteidl/admin/event.pb.h"
#include "flyteidl/admin/project.pb.h"
#include "flyteidl/admin/workflow.pb.h"

namespace sandbox::testing {
namespace {

using nlohmann::json;
using Variables = std::map<std::string, std::string>;

void ReplaceAll(std::string& text, const std::string& from, const std::string& to) {
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
}

template <typename F>
json Walk(const json& value, const F& f) {
  if (value.is_string()) return f(value.get<std::string>());
  json out = value;
  if (value.is_array()) {
    for (auto& item : out) item = Walk(item, f);
  } else if (value.is_object()) {
    out = json::object();
    for (const auto& [key, item] : value.items()) out[f(key)] = Walk(item, f);
  }
  return out;
}

// Longest first, so that no name is cut by one that it contains.
std::vector<std::pair<std::string, std::string>> ByLength(Variables pairs) {
  std::vector<std::pair<std::string, std::string>> out(pairs.begin(), pairs.end());
  std::ranges::sort(out, [](const auto& a, const auto& b) { return a.first.size() > b.first.size(); });
  return out;
}

json PutValues(const json& value, const Variables& variables) {
  const auto pairs = ByLength(variables);
  return Walk(value, [&](std::string text) {
    for (const auto& [name, replacement] : pairs) ReplaceAll(text, name, replacement);
    return text;
  });
}

json PutNames(const json& value, const Variables& variables) {
  Variables reversed;
  for (const auto& [name, replacement] : variables) {
    if (replacement.size() > 5) reversed[replacement] = name;
  }
  return PutValues(value, reversed);
}

std::string NormalText(const std::string& text) {
  static const std::regex now("2031-05-05T[0-9:.]+Z");
  return std::regex_replace(text, now, "T");
}

std::string NormalMessage(std::string text) {
  static const std::regex spaces(" {2,}");
  static const std::regex unreachable("unreachable nodes \\[([^\\]]*)\\]");
  ReplaceAll(text, "\u00a0", " ");
  std::smatch match;
  if (std::regex_search(text, match, unreachable)) {
    std::vector<std::string> names;
    std::stringstream list(match[1].str());
    for (std::string name; std::getline(list, name, ',');) names.push_back(name);
    std::ranges::sort(names);
    std::string joined;
    for (const std::string& name : names) joined += (joined.empty() ? "" : ",") + name;
    text = match.prefix().str() + "unreachable nodes [" + joined + "]" + match.suffix().str();
  }
  return NormalText(std::regex_replace(text, spaces, " "));
}

json NormalResponse(const json& value, const std::string& key) {
  static const std::regex seconds("[0-9]+(\\.[0-9]+)?s");
  if (value.is_string() && key == "duration" && std::regex_match(value.get<std::string>(), seconds)) return "D";
  if (value.is_string()) return NormalText(value.get<std::string>());
  json out = value;
  if (value.is_array()) {
    if (key == "overrides")
      std::ranges::sort(out.get_ref<json::array_t&>(),
                        [](const json& a, const json& b) { return a.dump() < b.dump(); });
    for (auto& item : out) item = NormalResponse(item, key);
  } else if (value.is_object()) {
    for (auto& [name, item] : out.items()) item = NormalResponse(json(item), name);
  }
  return out;
}

std::string CodeName(Code code) {
  static const std::map<Code, std::string> names = {{Code::kOk, "OK"},
                                                    {Code::kInvalidArgument, "INVALID_ARGUMENT"},
                                                    {Code::kNotFound, "NOT_FOUND"},
                                                    {Code::kAlreadyExists, "ALREADY_EXISTS"},
                                                    {Code::kFailedPrecondition, "FAILED_PRECONDITION"},
                                                    {Code::kInternal, "INTERNAL"},
                                                    {Code::kUnimplemented, "UNIMPLEMENTED"},
                                                    {Code::kUnknown, "UNKNOWN"}};
  const auto found = names.find(code);
  return found == names.end() ? std::to_string(static_cast<int>(code)) : found->second;
}

json ToJson(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string text;
  if (!google::protobuf::util::MessageToJsonString(message, &text, options).ok()) return "cannot be printed";
  return json::parse(text);
}

json DetailToJson(const ErrorDetail& detail) {
  const std::string name = detail.type_url.substr(detail.type_url.find('/') + 1);
  const auto* descriptor = google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(name);
  if (descriptor == nullptr) return detail.type_url;
  std::unique_ptr<google::protobuf::Message> message(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(descriptor)->New());
  message->ParseFromString(detail.value);
  json out = ToJson(*message);
  out["@type"] = detail.type_url;
  return out;
}

json Call(const api::Method& method, const json& request_json) {
  std::unique_ptr<google::protobuf::Message> request(method.request->New()), response(method.response->New());
  const auto parsed = google::protobuf::util::JsonStringToMessage(request_json.dump(), request.get());
  if (!parsed.ok()) return {{"code", "BAD_REQUEST"}, {"message", parsed.ToString()}};
  std::promise<Status> done;
  auto answered = done.get_future();
  method.call(*request, response.get(), [&done](Status status) { done.set_value(std::move(status)); });
  if (answered.wait_for(std::chrono::seconds(60)) != std::future_status::ready) return {{"code", "NO_ANSWER"}};
  const Status status = answered.get();
  json out;
  if (status) {
    out["code"] = "OK";
    out["response"] = NormalResponse(ToJson(*response), "");
    return out;
  }
  out["code"] = CodeName(status.error().code);
  out["message"] = NormalMessage(status.error().message);
  for (const auto& detail : status.error().details) out["details"].push_back(DetailToJson(detail));
  return out;
}

json Expected(const json& step) {
  json out;
  for (const char* field : {"code", "message", "details", "response"}) {
    if (step.contains(field)) out[field] = step[field];
  }
  return out;
}

bool Agrees(const json& step, const json& got) {
  if (Expected(step) == got) return true;
  if (!step.contains("alternatives")) return false;
  return std::ranges::any_of(step["alternatives"], [&](const json& other) { return Expected(other) == got; });
}

// Variables that the answer gives: {"$NAME": "path.to.text"} or {"$NAME": ["path", "regex with one group"]}.
void Bind(const json& step, const json& got, Variables& variables) {
  if (!step.contains("save")) return;
  for (const auto& [name, spec] : step["save"].items()) {
    const std::string path = spec.is_string() ? spec.get<std::string>() : spec[0].get<std::string>();
    std::string pointer = "/response/" + path;
    std::ranges::replace(pointer, '.', '/');
    const json::json_pointer at(pointer);
    std::string text = got.contains(at) && got[at].is_string() ? got[at].get<std::string>() : "";
    std::smatch match;
    if (spec.is_array() && std::regex_search(text, match, std::regex(spec[1].get<std::string>())))
      text = std::string(match[1]);
    variables[name] = text.empty() ? "unbound" : text;
  }
}

// Takes out what is not compared.
void Drop(const json& step, json& got) {
  if (!step.contains("drop")) return;
  for (const json& dropped : step["drop"]) {
    std::string pointer = "/" + dropped.get<std::string>();
    std::ranges::replace(pointer, '.', '/');
    const json::json_pointer at(pointer);
    if (got.contains(at)) got[at.parent_pointer()].erase(at.back());
  }
}

std::string MakeValue(const std::string& pattern) {
  static int serial = 0;
  std::string out = pattern;
  int rest = ++serial;
  for (char& c : out) {
    if (c != '#') continue;
    c = "bcdfghjkmnpqrtvwxz"[rest % 18];
    rest = rest / 18 + 7;
  }
  return out;
}

}  // namespace

Outcome PlayTranscript(const std::string& path, const api::MethodTable& table) {
  std::ifstream file(path);
  const json steps = json::parse(file);
  Outcome out;
  Variables variables;
  for (const json& step : steps) {
    if (step.contains("generate")) {
      for (const auto& [name, pattern] : step["generate"].items())
        variables[name] = MakeValue(pattern.get<std::string>());
      continue;
    }
    ++out.steps;
    const std::string service = step["service"], name = step["method"];
    const api::Method* method = table.Find(Cat("flyteidl.service.", service, "Service/", name));
    if (method == nullptr) {
      out.left_out.insert(Cat(service, "/", name));
      out.steps_left_out.insert(step["id"]);
      continue;
    }
    ++out.played;
    json got = Call(*method, PutValues(step["request"], variables));
    Bind(step, got, variables);
    got = PutNames(got, variables);
    Drop(step, got);
    if (Agrees(step, got)) continue;
    const std::string id = step["id"].get<std::string>();
    out.differing.push_back(id);
    out.differences[id] =
        "\n  want " + Expected(step).dump().substr(0, 4000) + "\n  got  " + got.dump().substr(0, 4000);
  }
  return out;
}

void CheckTranscript(const std::string& golden, const std::string& file, const api::MethodTable& table,
                     const std::set<std::string>& of_others) {
  const Outcome outcome = PlayTranscript(Cat(golden, "/control/", file, ".json"), table);
  std::cout << file << ": " << outcome.played << " of " << outcome.steps << " steps played, "
            << outcome.played - outcome.differing.size() << " as recorded\n";
  CHECK(outcome.played > 0);
  if (outcome.left_out.empty()) CHECK(outcome.played == outcome.steps);
  for (const std::string& method : outcome.left_out) {
    INFO(file << ": " << method << " is not in the table: its steps were not played");
    CHECK(of_others.contains(method));
  }
  const auto listed = ListedDeviations(golden + "/deviations.txt", file);
  for (const std::string& id : outcome.differing) {
    if (!listed.contains(id)) FAIL_CHECK(file << ": " << id << outcome.differences.at(id));
  }
  for (const std::string& id : listed) {
    if (outcome.steps_left_out.contains(id)) continue;  // a suite that has the method plays it
    INFO(file << ": " << id << " is listed as a deviation");
    CHECK(outcome.differences.contains(id));
  }
}

std::set<std::string> ListedDeviations(const std::string& path, const std::string& file) {
  std::set<std::string> out;
  std::ifstream list(path);
  for (std::string line; std::getline(list, line);) {
    const size_t first = line.find('\t');
    if (line.empty() || line[0] == '#' || first == std::string::npos || line.substr(0, first) != file) continue;
    const size_t second = line.find('\t', first + 1);
    if (second != std::string::npos && line.substr(second + 1).starts_with("next:")) continue;
    out.insert(line.substr(first + 1, second - first - 1));
  }
  return out;
}

}  // namespace sandbox::testing
