#include "resources.h"

#include <array>

namespace sandbox::engine {
namespace {

namespace core = flyteidl::core;

std::string_view ResourceName(core::Resources::ResourceName name) {
  switch (name) {
    case core::Resources::CPU: return "cpu";
    case core::Resources::GPU: return "gpu";
    case core::Resources::MEMORY: return "memory";
    case core::Resources::EPHEMERAL_STORAGE: return "ephemeral-storage";
    default: return "";
  }
}

Result<Quantity> Setting(const std::map<std::string, std::string>& settings, const std::string& name) {
  const auto found = settings.find(name);
  return found == settings.end() || found->second.empty() ? Quantity() : Quantity::Parse(found->second);
}

Quantity Find(const std::map<std::string, Quantity>& quantities, const std::string& name) {
  const auto found = quantities.find(name);
  return found == quantities.end() ? Quantity() : found->second;
}

void Store(std::map<std::string, Quantity>& quantities, const std::string& name, const Quantity& quantity) {
  if (quantity.IsZero()) {
    quantities.erase(name);
  } else {
    quantities[name] = quantity;
  }
}

}  // namespace

Status AddQuantity(std::map<std::string, Quantity>& to, std::string_view name, std::string_view text) {
  if (name == "nvidia.com/gpu") name = "gpu";
  auto quantity = Quantity::Parse(text);
  if (!quantity) return std::unexpected(std::move(quantity.error()));
  to[std::string(name)] = *quantity;
  return {};
}

Result<ResourceSet> ParseResources(const core::Resources& resources) {
  ResourceSet out;
  const auto read = [](const auto& entries, std::map<std::string, Quantity>& to) -> Status {
    for (const core::Resources::ResourceEntry& entry : entries) {
      const std::string_view name = ResourceName(entry.name());
      if (name.empty()) continue;
      if (auto added = AddQuantity(to, name, entry.value()); !added) return added;
    }
    return {};
  };
  if (auto requests = read(resources.requests(), out.requests); !requests)
    return std::unexpected(std::move(requests.error()));
  if (auto limits = read(resources.limits(), out.limits); !limits) return std::unexpected(std::move(limits.error()));
  return out;
}

void OverrideResources(ResourceSet& base, const ResourceSet& overrides) {
  for (const auto& [name, quantity] : overrides.requests) base.requests[name] = quantity;
  for (const auto& [name, quantity] : overrides.limits) base.limits[name] = quantity;
}

Status AdjustResources(ResourceSet& resources, const model::RunSettings& settings, bool defaults) {
  for (const char* text : {"cpu", "memory", "ephemeral-storage", "gpu"}) {
    const std::string name = text;
    Quantity request = Find(resources.requests, name);
    Quantity limit = Find(resources.limits, name);
    auto platform_limit = Setting(settings.resource_limits, name);
    auto platform_default = Setting(settings.resource_defaults, name);
    if (!platform_limit) return std::unexpected(std::move(platform_limit.error()));
    if (!platform_default) return std::unexpected(std::move(platform_default.error()));
    const bool filled_in = limit.IsZero();
    if (name == "gpu") request = limit.IsZero() ? request : limit;
    if (defaults) {
      if (request.IsZero()) request = limit.IsZero() ? *platform_default : limit;
      if (limit.IsZero()) limit = request;
    }
    if (!platform_limit->IsZero()) {
      if (limit.IsZero() ? !request.IsZero() : limit > *platform_limit) limit = *platform_limit;
      if (request > *platform_limit) request = *platform_limit;
    }
    if (!limit.IsZero() && request > limit) request = limit;
    if (name == "cpu") resources.cpu_quota = filled_in ? *platform_limit : limit;
    Store(resources.requests, name, request);
    Store(resources.limits, name, limit);
  }
  return {};
}

void ApplyResources(const ResourceSet& resources, ContainerSpec& container) {
  container.cpu_request_millis = Find(resources.requests, "cpu").MilliValue();
  container.cpu_limit_millis = Find(resources.limits, "cpu").MilliValue();
  container.cpu_quota_millis = resources.cpu_quota.MilliValue();
  container.memory_request_bytes = Find(resources.requests, "memory").Value();
  container.memory_limit_bytes = Find(resources.limits, "memory").Value();
  container.gpus = static_cast<uint32_t>(Find(resources.limits, "gpu").Value());
}

}  // namespace sandbox::engine
