#include "registry/entities/validation.h"

#include "sandbox/base/text.h"
#include "sandbox/registry/digest.h"

namespace sandbox::registry {
namespace {

Error NotActive(const std::string& project) {
  return Error{Code::kInvalidArgument,
               "PROJECT_NOT_ACTIVE",
               Cat("project [", project, "] is not active"),
               SideEffect::kNone,
               {}};
}

std::unexpected<Error> WrongKind(const flyteidl::core::Identifier& id, flyteidl::core::ResourceType kind) {
  return InvalidArgument(Cat(
      "unexpected resource type ", LowerCase(flyteidl::core::ResourceType_Name(id.resource_type())),
      " for identifier [", GoText(id), "], expected ", LowerCase(flyteidl::core::ResourceType_Name(kind)), " instead"));
}

}  // namespace

std::unexpected<Error> Missing(std::string_view field) { return InvalidArgument(Cat("missing ", field)); }

Status CheckNotEmpty(std::string_view text, std::string_view field) {
  if (text.empty()) return Missing(field);
  return {};
}

Status CheckIdFields(const EntityId& id) {
  if (id.project.empty()) return Missing("project");
  if (id.domain.empty()) return Missing("domain");
  if (id.name.empty()) return Missing("name");
  if (id.version.empty()) return Missing("version");
  return {};
}

Status CheckIdFields(const flyteidl::core::Identifier& id) { return CheckIdFields(FromIdl(id)); }

Status CheckId(bool has_id, const flyteidl::core::Identifier& id, flyteidl::core::ResourceType kind) {
  if (!has_id) return Missing("id");
  if (id.resource_type() != kind) return WrongKind(id, kind);
  return CheckIdFields(id);
}

Status CheckIdForRead(bool has_id, const flyteidl::core::Identifier& id, flyteidl::core::ResourceType kind) {
  if (!has_id) return Missing("id");
  if (id.resource_type() != flyteidl::core::UNSPECIFIED && id.resource_type() != kind) return WrongKind(id, kind);
  return CheckIdFields(id);
}

Status CheckDomain(const RegistryConfig& config, std::string_view domain) {
  for (const DomainEntry& known : config.domains) {
    if (domain == known.id) return {};
  }
  return InvalidArgument(Cat("domain [", domain, "] is unrecognized by system"));
}

Status CheckProjectAndDomain(MetadataReader& reader, const RegistryConfig& config, const std::string& project,
                             const std::string& domain) {
  const auto record = reader.FindProject(project);
  if (!record) {
    return InvalidArgument(Cat("failed to validate that project [", project, "] and domain [", domain,
                               "] are registered, err: [project [", project, "] not found]"));
  }
  if (record->state != flyteidl::admin::Project::ACTIVE) {
    flyteidl::admin::InactiveProject detail;
    detail.set_id(project);
    Error error = NotActive(project);
    error.details.push_back({"type.googleapis.com/flyteidl.admin.InactiveProject", detail.SerializeAsString()});
    return std::unexpected(std::move(error));
  }
  return CheckDomain(config, domain);
}

Status CheckProject(MetadataReader& reader, const std::string& project, std::string_view what) {
  const auto record = reader.FindProject(project);
  if (!record) {
    const std::string_view verb = what == "registered" ? "is registered" : "exists";
    return InvalidArgument(
        Cat("failed to validate that project [", project, "] ", verb, ", err: [project [", project, "] not found]"));
  }
  if (what == "registered" && record->state != flyteidl::admin::Project::ACTIVE)
    return std::unexpected(NotActive(project));
  return {};
}

Error MissingEntity(std::string_view type, const EntityId& id) {
  EntityId shown = id;
  shown.kind = EntityKind::kUnspecified;
  return Error{Code::kNotFound,
               "NOT_FOUND",
               Cat("missing entity of type ", type, " with identifier ", GoText(ToIdl(shown))),
               SideEffect::kNone,
               {}};
}

google::protobuf::Timestamp ToTimestamp(Instant instant) {
  const int64_t nanos = instant.time_since_epoch().count();
  int64_t seconds = nanos / 1'000'000'000;
  int64_t rest = nanos % 1'000'000'000;
  if (rest < 0) {
    rest += 1'000'000'000;
    --seconds;
  }
  google::protobuf::Timestamp out;
  out.set_seconds(seconds);
  out.set_nanos(static_cast<int32_t>(rest));
  return out;
}

}  // namespace sandbox::registry
