#include "cli/inputs.h"

#include "cli/help.h"
#include "cli/literals.h"
#include "cli/times.h"

namespace sandbox::cli {
namespace {

using nlohmann::json;

std::unexpected<Error> Mistake(std::string message) {
  return Fail(Code::kInvalidArgument, "BAD_VALUE", std::move(message));
}

bool HasValue(const json& of, const char* key) { return of.contains(key) && !of[key].is_null(); }

std::unexpected<Error> UnknownInput(const json& expected, const std::string& name) {
  std::vector<std::string> names;
  for (const auto& [each, input] : expected.items()) names.push_back(each);
  const std::vector<std::string> near = NearestOf(names, name);
  return Mistake(Cat("there is no input ", name, near.empty() ? "" : Cat("; did you mean ", near[0], "?"),
                     expected.empty() ? "; it takes none" : Cat("\nit takes:", InputsText(expected))));
}

Status Put(const json& expected, const std::string& name, const std::string& text, json& out) {
  const auto input = expected.find(name);
  if (input == expected.end()) return UnknownInput(expected, name);
  auto literal = ParseValue((*input)["type"], text);
  if (!literal) return Mistake(Cat("input ", name, ": ", literal.error().message));
  out[name] = std::move(*literal);
  return {};
}

}  // namespace

json InputsOfLaunchPlan(const json& launch_plan) {
  json out = json::object();
  const json parameters = ObjectAt(launch_plan, {"closure", "expected_inputs", "parameters"});
  for (const auto& [name, parameter] : parameters.items()) {
    const bool has_default = HasValue(parameter, "default");
    out[name] = {{"type", ObjectAt(parameter, {"var", "type"})},
                 {"required", !has_default && parameter.value("required", false)},
                 {"default", has_default ? parameter["default"] : json()}};
  }
  return out;
}

json InputsOfTask(const json& task) {
  json out = json::object();
  const json variables = ObjectAt(task, {"closure", "compiled_task", "template", "interface", "inputs", "variables"});
  for (const auto& [name, variable] : variables.items())
    out[name] = {{"type", ObjectAt(variable, {"type"})}, {"required", true}, {"default", nullptr}};
  return out;
}

Result<json> ParseInputs(const json& expected, const std::vector<std::string>& words, const json& file) {
  json out = json::object();
  for (const auto& [name, value] : file.items()) {
    const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    if (Status put = Put(expected, name, text, out); !put) return std::unexpected(put.error());
  }
  for (const std::string& word : words) {
    const size_t equals = word.find('=');
    if (equals == std::string::npos || equals == 0)
      return Mistake(Cat("an input is INPUT=VALUE, not ", word,
                         expected.empty() ? "; it takes none" : Cat("\nit takes:", InputsText(expected))));
    if (Status put = Put(expected, word.substr(0, equals), word.substr(equals + 1), out); !put)
      return std::unexpected(put.error());
  }
  std::string missing;
  for (const auto& [name, input] : expected.items()) {
    if (input.value("required", false) && !out.contains(name))
      missing += Cat(missing.empty() ? "" : ", ", name, " (", TypeText(input["type"]), ")");
  }
  if (!missing.empty()) return Mistake(Cat("inputs that are missing: ", missing, "; give each as INPUT=VALUE"));
  return out;
}

std::string InputsText(const json& expected) {
  std::string out;
  for (const auto& [name, input] : expected.items()) {
    const json& usual = input["default"];
    out += Cat("\n  ", name, " (", TypeText(input["type"]),
               usual.is_null() ? "" : Cat(", ", BriefValue(usual).dump(), " when it is left out"), ")");
  }
  return out;
}

}  // namespace sandbox::cli
