#include "pod.h"

namespace sandbox::engine {
namespace {

using google::protobuf::Struct;
using google::protobuf::Value;

const Value* Find(const Struct& object, const std::string& key) {
  const auto found = object.fields().find(key);
  return found == object.fields().end() ? nullptr : &found->second;
}

std::string Text(const Struct& object, const std::string& key) {
  const Value* value = Find(object, key);
  return value == nullptr ? "" : value->string_value();
}

std::vector<std::string> Texts(const Struct& object, const std::string& key) {
  std::vector<std::string> out;
  if (const Value* value = Find(object, key); value != nullptr) {
    for (const Value& element : value->list_value().values()) out.push_back(element.string_value());
  }
  return out;
}

// A quantity may be written as a number.
std::string QuantityText(const Value& value) {
  if (!value.has_number_value()) return value.string_value();
  std::string text = std::to_string(value.number_value());
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

Status ReadQuantities(const Struct& resources, const std::string& key, std::map<std::string, Quantity>& to) {
  const Value* value = Find(resources, key);
  if (value == nullptr) return {};
  for (const auto& [name, quantity] : value->struct_value().fields()) {
    if (auto added = AddQuantity(to, name, QuantityText(quantity)); !added) return added;
  }
  return {};
}

Result<PodTemplate::Container> ReadContainer(const Struct& object, bool init) {
  PodTemplate::Container out;
  out.spec.name = Text(object, "name");
  out.spec.image = Text(object, "image");
  out.spec.command = Texts(object, "command");
  out.spec.args = Texts(object, "args");
  out.spec.working_dir = Text(object, "workingDir");
  out.spec.init = init;
  if (const Value* env = Find(object, "env"); env != nullptr) {
    for (const Value& entry : env->list_value().values()) out.spec.env.emplace_back(Text(entry.struct_value(), "name"), Text(entry.struct_value(), "value"));
  }
  if (const Value* resources = Find(object, "resources"); resources != nullptr) {
    if (auto read = ReadQuantities(resources->struct_value(), "requests", out.resources.requests); !read) return std::unexpected(std::move(read.error()));
    if (auto read = ReadQuantities(resources->struct_value(), "limits", out.resources.limits); !read) return std::unexpected(std::move(read.error()));
  }
  return out;
}

}  // namespace

Result<PodTemplate> ParsePodTemplate(const Struct& spec) {
  PodTemplate out;
  for (const bool init : {true, false}) {
    const Value* list = Find(spec, init ? "initContainers" : "containers");
    if (list == nullptr) continue;
    for (const Value& entry : list->list_value().values()) {
      auto container = ReadContainer(entry.struct_value(), init);
      if (!container) return std::unexpected(std::move(container.error()));
      out.containers.push_back(std::move(*container));
    }
  }
  return out;
}

}  // namespace sandbox::engine
