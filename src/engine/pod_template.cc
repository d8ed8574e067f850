#include <algorithm>
#include <filesystem>
#include <set>
#include <string_view>

#include "pod.h"

namespace sandbox::engine {
namespace {

using google::protobuf::Struct;
using google::protobuf::Value;
using Names = std::set<std::string_view>;

constexpr char kSharedMemoryPath[] = "/dev/shm";

// What is done, and what means nothing on one machine. Every other field that is set is refused by its name.
const Names kPodFields = {"containers",
                          "initContainers",
                          "volumes",
                          "hostAliases",
                          "securityContext",
                          "activeDeadlineSeconds",
                          "terminationGracePeriodSeconds"};
const Names kPodIgnored = {"affinity",
                           "automountServiceAccountToken",
                           "dnsConfig",
                           "dnsPolicy",
                           "enableServiceLinks",
                           "hostname",
                           "imagePullSecrets",
                           "nodeName",
                           "nodeSelector",
                           "os",
                           "overhead",
                           "preemptionPolicy",
                           "priority",
                           "priorityClassName",
                           "readinessGates",
                           "restartPolicy",
                           "runtimeClassName",
                           "schedulerName",
                           "schedulingGates",
                           "serviceAccount",
                           "serviceAccountName",
                           "setHostnameAsFQDN",
                           "subdomain",
                           "tolerations",
                           "topologySpreadConstraints"};
const Names kContainerFields = {"name",
                                "image",
                                "command",
                                "args",
                                "env",
                                "workingDir",
                                "resources",
                                "volumeMounts",
                                "securityContext",
                                "restartPolicy",
                                "terminationMessagePath",
                                "terminationMessagePolicy"};
const Names kContainerIgnored = {"imagePullPolicy", "livenessProbe", "ports",
                                 "readinessProbe",  "resizePolicy",  "startupProbe",
                                 "stdin",           "stdinOnce",     "tty"};
const Names kSecurityFields = {"runAsUser", "runAsGroup"};
const Names kSecurityIgnored = {"allowPrivilegeEscalation", "appArmorProfile",        "fsGroup",
                                "fsGroupChangePolicy",      "readOnlyRootFilesystem", "runAsNonRoot",
                                "seLinuxOptions",           "seccompProfile",         "supplementalGroupsPolicy"};
const Names kEnvFields = {"name", "value", "valueFrom"};
const Names kMountFields = {"name", "mountPath", "readOnly"};
const Names kMountIgnored = {"mountPropagation", "recursiveReadOnly"};
const Names kVolumeFields = {"name", "emptyDir", "hostPath"};
const Names kNone;

const Value* Find(const Struct& object, const std::string& key) {
  const auto found = object.fields().find(key);
  return found == object.fields().end() ? nullptr : &found->second;
}

std::string Text(const Struct& object, const std::string& key) {
  const Value* value = Find(object, key);
  return value == nullptr ? "" : value->string_value();
}

const google::protobuf::ListValue& List(const Struct& object, const std::string& key) {
  const Value* value = Find(object, key);
  return value == nullptr ? google::protobuf::ListValue::default_instance() : value->list_value();
}

const Struct& Object(const Struct& object, const std::string& key) {
  const Value* value = Find(object, key);
  return value == nullptr ? Struct::default_instance() : value->struct_value();
}

std::vector<std::string> Texts(const Struct& object, const std::string& key) {
  std::vector<std::string> out;
  for (const Value& element : List(object, key).values()) out.push_back(element.string_value());
  return out;
}

// Whole seconds; 0 when there are none.
Duration Seconds(const Struct& object, const std::string& key) {
  const Value* value = Find(object, key);
  constexpr double kMax = 1e9;
  return std::chrono::seconds(value == nullptr ? 0
                                               : static_cast<int64_t>(std::clamp(value->number_value(), 0.0, kMax)));
}

// Null, false, zero and empty say nothing.
bool Says(const Value& value) {
  switch (value.kind_case()) {
    case Value::kBoolValue: return value.bool_value();
    case Value::kNumberValue: return value.number_value() != 0;
    case Value::kStringValue: return !value.string_value().empty();
    case Value::kListValue: return value.list_value().values_size() > 0;
    case Value::kStructValue: return value.struct_value().fields_size() > 0;
    default: return false;
  }
}

std::unexpected<Error> Refused(const std::string& field) {
  return InvalidArgument(Cat("[BadTaskSpecification] invalid TaskSpecification, field [", field,
                             "] of the pod cannot be had without Kubernetes"));
}

Status OnlyKnown(const Struct& object, const std::string& at, const Names& done, const Names& ignored) {
  for (const auto& [name, value] : object.fields()) {
    if (!done.contains(name) && !ignored.contains(name) && Says(value))
      return Refused(Cat(at, at.empty() ? "" : ".", name));
  }
  return {};
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
  for (const auto& [name, quantity] : Object(resources, key).fields()) {
    if (auto added = AddQuantity(to, name, QuantityText(quantity)); !added) return added;
  }
  return {};
}

// A plain value, or one of the pod's own names.
Result<std::string> EnvValue(const Struct& entry, const std::string& at, const PodSpec& pod) {
  const Value* from = Find(entry, "valueFrom");
  if (from == nullptr || !Says(*from)) return Text(entry, "value");
  if (auto known = OnlyKnown(from->struct_value(), at + ".valueFrom", {"fieldRef"}, kNone); !known)
    return std::unexpected(std::move(known.error()));
  const std::string path = Text(Object(from->struct_value(), "fieldRef"), "fieldPath");
  if (path == "metadata.name") return pod.name;
  if (path == "metadata.namespace") return pod.pod_namespace;
  return Refused(Cat(at, ".valueFrom.fieldRef.", path));
}

// "uid:gid"; the container's own words win over the pod's.
Result<std::string> User(const Struct& of_pod, const Struct& own, const std::string& at) {
  if (auto known = OnlyKnown(of_pod, "securityContext", kSecurityFields, kSecurityIgnored); !known)
    return std::unexpected(std::move(known.error()));
  if (auto known = OnlyKnown(own, at + ".securityContext", kSecurityFields, kSecurityIgnored); !known)
    return std::unexpected(std::move(known.error()));
  const auto number = [&](const char* key) -> std::string {
    const Value* value = Find(own, key) != nullptr ? Find(own, key) : Find(of_pod, key);
    return value == nullptr || !value->has_number_value() ? ""
                                                          : std::to_string(static_cast<int64_t>(value->number_value()));
  };
  const std::string group = number("runAsGroup");
  const std::string user = number("runAsUser");
  return group.empty() ? user : Cat(user.empty() ? "0" : user, ":", group);
}

class SpecReader {
 public:
  SpecReader(const Struct& spec, const PodSpec& pod) : spec_(spec), pod_(pod) {}

  Result<PodTemplate> Read() {
    if (auto known = OnlyKnown(spec_, "", kPodFields, kPodIgnored); !known)
      return std::unexpected(std::move(known.error()));
    if (auto read = ReadVolumes(); !read) return std::unexpected(std::move(read.error()));
    for (const Value& alias : List(spec_, "hostAliases").values()) {
      for (const std::string& name : Texts(alias.struct_value(), "hostnames"))
        out_.hosts.emplace_back(name, Text(alias.struct_value(), "ip"));
    }
    out_.active_max = Seconds(spec_, "activeDeadlineSeconds");
    if (Find(spec_, "terminationGracePeriodSeconds") != nullptr)
      out_.stop_grace = Seconds(spec_, "terminationGracePeriodSeconds");
    for (const bool init : {true, false}) {
      for (const Value& entry : List(spec_, init ? "initContainers" : "containers").values()) {
        if (auto read = ReadContainer(entry.struct_value(), init); !read)
          return std::unexpected(std::move(read.error()));
      }
    }
    return std::move(out_);
  }

 private:
  Status ReadVolumes() {
    for (const Value& value : List(spec_, "volumes").values()) {
      const Struct& volume = value.struct_value();
      const std::string name = Text(volume, "name");
      const std::string at = Cat("volumes[", name, "]");
      if (auto known = OnlyKnown(volume, at, kVolumeFields, kNone); !known) return known;
      const Struct& empty = Object(volume, "emptyDir");
      out_.volumes.push_back({name, Text(Object(volume, "hostPath"), "path")});
      if (Find(volume, "hostPath") != nullptr && Says(*Find(volume, "hostPath")) &&
          !out_.volumes.back().host_path.starts_with('/'))
        return Refused(at + ".hostPath.path");
      if (Text(empty, "medium") != "Memory") continue;
      const Value* limit = Find(empty, "sizeLimit");
      const auto size = Quantity::Parse(limit == nullptr ? "" : QuantityText(*limit));
      in_memory_[name] = size ? size->Value() : 0;
    }
    return {};
  }

  Status ReadContainer(const Struct& object, bool init) {
    PodTemplate::Container out;
    ContainerSpec& spec = out.spec;
    spec.name = Text(object, "name");
    const std::string at = Cat(init ? "initContainers[" : "containers[", spec.name, "]");
    if (auto known = OnlyKnown(object, at, kContainerFields, kContainerIgnored); !known) return known;
    spec.image = Text(object, "image");
    spec.command = Texts(object, "command");
    spec.args = Texts(object, "args");
    spec.working_dir = Text(object, "workingDir");
    if (auto read = ReadEnd(object, init, at, spec); !read) return read;
    auto user = User(Object(spec_, "securityContext"), Object(object, "securityContext"), at);
    if (!user) return std::unexpected(std::move(user.error()));
    spec.user = std::move(*user);
    for (const Value& entry : List(object, "env").values()) {
      const std::string name = Text(entry.struct_value(), "name");
      const std::string where = Cat(at, ".env[", name, "]");
      if (auto known = OnlyKnown(entry.struct_value(), where, kEnvFields, kNone); !known) return known;
      auto value = EnvValue(entry.struct_value(), where, pod_);
      if (!value) return std::unexpected(std::move(value.error()));
      spec.env.emplace_back(name, std::move(*value));
    }
    if (auto read = ReadMounts(object, at, out); !read) return read;
    const Struct& resources = Object(object, "resources");
    if (auto read = ReadQuantities(resources, "requests", out.resources.requests); !read) return read;
    if (auto read = ReadQuantities(resources, "limits", out.resources.limits); !read) return read;
    out_.containers.push_back(std::move(out));
    return {};
  }

  // Whether it is started again, and where its last words are.
  static Status ReadEnd(const Struct& object, bool init, const std::string& at, ContainerSpec& spec) {
    const std::string restarts = Text(object, "restartPolicy");
    if (!restarts.empty() && !(init && restarts == "Always")) return Refused(at + ".restartPolicy");
    spec.role = !init ? ContainerRole::kApp : restarts.empty() ? ContainerRole::kInit : ContainerRole::kSidecar;
    if (Text(object, "terminationMessagePolicy") == "FallbackToLogsOnError")
      spec.message_policy = MessagePolicy::kFallbackToLogs;
    const std::string path = Text(object, "terminationMessagePath");
    if (path.empty()) return {};
    if (!path.starts_with('/')) return Refused(at + ".terminationMessagePath");
    spec.message_path = path;
    return {};
  }

  Status ReadMounts(const Struct& object, const std::string& at, PodTemplate::Container& container) {
    std::set<std::string> paths;
    for (const Value& value : List(object, "volumeMounts").values()) {
      const Struct& mount = value.struct_value();
      const std::string name = Text(mount, "name");
      const std::string where = Cat(at, ".volumeMounts[", name, "]");
      if (auto known = OnlyKnown(mount, where, kMountFields, kMountIgnored); !known) return known;
      std::string path = std::filesystem::path(Text(mount, "mountPath")).lexically_normal();
      if (path.size() > 1 && path.ends_with('/')) path.pop_back();
      const bool defined = std::ranges::find(out_.volumes, name, &PodVolume::name) != out_.volumes.end();
      if (!defined)
        return InvalidArgument(
            Cat("[BadTaskSpecification] invalid TaskSpecification, ", where, ": the pod has no volume of that name"));
      if (!path.starts_with('/') || path == "/" || !paths.insert(path).second) {
        return InvalidArgument(Cat("[BadTaskSpecification] invalid TaskSpecification, ", where, ".mountPath [", path,
                                   "] cannot be mounted"));
      }
      if (const auto memory = in_memory_.find(name); memory != in_memory_.end() && path == kSharedMemoryPath) {
        container.shared_memory = true;
        container.spec.shm_size_bytes = memory->second;
        continue;
      }
      const Value* read_only = Find(mount, "readOnly");
      container.spec.mounts.push_back({name, path, read_only != nullptr && read_only->bool_value()});
    }
    return {};
  }

  const Struct& spec_;
  const PodSpec& pod_;
  PodTemplate out_;
  std::map<std::string, int64_t> in_memory_;  // volumes that are, by size; 0: none given
};

}  // namespace

Result<PodTemplate> ParsePodTemplate(const Struct& spec, const PodSpec& pod) { return SpecReader(spec, pod).Read(); }

}  // namespace sandbox::engine
