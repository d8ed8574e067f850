#pragma once

// Record fields as bytes: a list of fields in a fixed order, integers as varints, texts with their length. One function
// that names the fields serves both directions. Versioned by growth: fields are only ever added at the end, and a
// Decoder that meets the end leaves what is left at its default. (Fields inside a list element cannot grow: wrap them
// anew, or name their type in kGrows.)

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "sandbox/base/ids.h"
#include "sandbox/base/time.h"
#include "sandbox/model/records.h"

namespace sandbox::store {

template <typename T, typename Of>
concept Maybe = std::is_same_v<std::remove_const_t<T>, Of>;  // const when encoding

// The composite values inside records. clang-format keeps one a line.
template <typename A, Maybe<EntityId> T>
void Visit(A& a, T& v) {
  a(v.kind, v.project, v.domain, v.name, v.version);
}
template <typename A, Maybe<ExecutionId> T>
void Visit(A& a, T& v) {
  a(v.project, v.domain, v.name);
}
template <typename A, Maybe<NodeExecutionId> T>
void Visit(A& a, T& v) {
  a(v.execution, v.node);
}
template <typename A, Maybe<model::Reason> T>
void Visit(A& a, T& v) {
  a(v.occurred_at, v.message);
}
template <typename A, Maybe<model::DatasetId> T>
void Visit(A& a, T& v) {
  a(v.project, v.domain, v.name, v.version);
}
template <typename A, Maybe<model::CacheClaim> T>
void Visit(A& a, T& v) {
  a(v.dataset, v.tag, v.artifact, v.task_version, v.owner);
}
template <typename A, Maybe<model::TaskLog> T>
void Visit(A& a, T& v) {
  a(v.uri, v.name);
}
template <typename A, Maybe<std::pair<std::string, std::string>> T>
void Visit(A& a, T& v) {
  a(v.first, v.second);
}
template <typename A, Maybe<std::monostate> T>
void Visit(A&, T&) {}
template <typename A, Maybe<model::TaskState> T>
void Visit(A& a, T& v) {
  a(v.unobtainable_since);
}
template <typename A, Maybe<model::BranchState> T>
void Visit(A& a, T& v) {
  a(v.choice);
}
template <typename A, Maybe<model::ArrayState> T>
void Visit(A& a, T& v) {
  a(v.items);
}
template <typename A, Maybe<model::ExecutionError> T>
void Visit(A& a, T& v) {
  a(v.code, v.message, v.error_uri, v.kind, v.timestamp, v.worker);
}
template <typename A, Maybe<model::RunSettings> T>
void Visit(A& a, T& v) {
  a(v.labels, v.annotations, v.envs, v.interruptible, v.overwrite_cache, v.raw_output_prefix, v.max_parallelism,
    v.resource_defaults, v.resource_limits);
}

template <typename A, Maybe<model::ContainerEnd> T>
void Visit(A& a, T& v) {
  a(v.name, v.exit_code, v.reason, v.message, v.started_at, v.finished_at);
}
template <typename A, Maybe<model::Shortage> T>
void Visit(A& a, T& v) {
  a(v.resource, v.needs, v.free, v.total);
}
template <typename A, Maybe<model::WaitReason> T>
void Visit(A& a, T& v) {
  a(v.code, v.since, v.shortages, v.ahead, v.ahead_count, v.image, v.bytes, v.bytes_total, v.error, v.tried,
    v.next_try_at);
}
template <typename A, Maybe<model::PodFacts> T>
void Visit(A& a, T& v) {
  a(v.at.created, v.at.admitted, v.at.pull_started, v.at.pull_ended, v.at.started, v.at.ended, v.image_id,
    v.container_id, v.peak_memory_bytes, v.cpu_mean_millis, v.oom_killed);
}
template <typename A, Maybe<model::PodContainer> T>
void Visit(A& a, T& v) {
  a(v.name, v.image, v.command, v.args, v.env_names, v.cpu_request_millis, v.cpu_limit_millis, v.memory_request_bytes,
    v.memory_limit_bytes, v.gpus, v.role, v.cpu_quota_millis);
}
template <typename A, Maybe<model::PodDefinition> T>
void Visit(A& a, T& v) {
  a(v.containers, v.primary, v.cut);
}
template <typename A, Maybe<model::PodRecord> T>
void Visit(A& a, T& v) {
  a(v.definition, v.wait, v.ends, v.facts);
}

// Values that are written with their length, so that fields can be added at their end wherever they stand.
template <typename T>
inline constexpr bool kGrows = std::is_same_v<T, model::ContainerEnd> || std::is_same_v<T, model::WaitReason> ||
                               std::is_same_v<T, model::PodFacts> || std::is_same_v<T, model::PodContainer> ||
                               std::is_same_v<T, model::PodDefinition> || std::is_same_v<T, model::PodRecord>;

class Encoder {
 public:
  template <typename... Values>
  void operator()(const Values&... values) {
    (Put(values), ...);
  }
  std::string Take() { return std::move(out_); }

 private:
  void Varint(uint64_t value) {
    for (; value >= 0x80; value >>= 7) out_ += static_cast<char>(value | 0x80);
    out_ += static_cast<char>(value);
  }
  template <typename T>
  void Put(const T& value) {
    if constexpr (std::is_enum_v<T> || std::is_same_v<T, bool>) {
      Varint(static_cast<uint64_t>(value));
    } else if constexpr (std::is_integral_v<T>) {
      Varint(static_cast<uint64_t>(static_cast<int64_t>(value)));
    } else if constexpr (std::is_same_v<T, Instant>) {
      Put(value.time_since_epoch().count());
    } else if constexpr (std::is_same_v<T, Duration>) {
      Put(value.count());
    } else if constexpr (kGrows<T>) {
      Encoder inner;
      Visit(inner, value);
      Put(inner.out_);
    } else {
      Visit(*this, value);
    }
  }
  void Put(const std::string& text) {
    Varint(text.size());
    out_ += text;
  }
  template <typename T>
  void Put(const std::optional<T>& value) {
    Put(value.has_value());
    if (value) Put(*value);
  }
  template <typename T>
  void Put(const std::shared_ptr<const T>& value) {
    Put(value != nullptr);
    if (value) Put(*value);
  }
  template <typename T>
  void Put(const std::vector<T>& list) {
    Varint(list.size());
    for (const T& value : list) Put(value);
  }
  // The place of the alternative, then its fields as a text: alternatives can grow too.
  template <typename... T>
  void Put(const std::variant<T...>& value) {
    Varint(value.index());
    Encoder fields;
    std::visit([&fields](const auto& held) { Visit(fields, held); }, value);
    Put(fields.Take());
  }
  void Put(const std::map<std::string, std::string>& map) {
    Varint(map.size());
    for (const auto& [key, value] : map) (*this)(key, value);
  }

  std::string out_;
};

class Decoder {
 public:
  explicit Decoder(std::string_view in) : in_(in) {}
  template <typename... Values>
  void operator()(Values&... values) {
    (Get(values), ...);
  }

 private:
  uint64_t Varint() {
    uint64_t value = 0;
    for (int shift = 0; !in_.empty() && shift < 64; shift += 7) {
      const auto byte = static_cast<unsigned char>(in_.front());
      in_.remove_prefix(1);
      value |= uint64_t{byte & 0x7fu} << shift;
      if (byte < 0x80) break;
    }
    return value;
  }
  template <typename T>
  void Get(T& value) {
    if (in_.empty()) return;
    if constexpr (std::is_enum_v<T> || std::is_integral_v<T>) {
      value = static_cast<T>(Varint());
    } else if constexpr (std::is_same_v<T, Instant>) {
      value = Instant(Duration(static_cast<int64_t>(Varint())));
    } else if constexpr (std::is_same_v<T, Duration>) {
      value = Duration(static_cast<int64_t>(Varint()));
    } else if constexpr (kGrows<T>) {
      Decoder inner(Piece());
      Visit(inner, value);
    } else {
      Visit(*this, value);
    }
  }
  std::string_view Piece() {
    const auto size = std::min<uint64_t>(Varint(), in_.size());
    const std::string_view out = in_.substr(0, size);
    in_.remove_prefix(size);
    return out;
  }
  void Get(std::string& text) { text.assign(Piece()); }
  template <typename T>
  void Get(std::shared_ptr<const T>& value) {
    if (Varint() == 0) return;
    auto out = std::make_shared<T>();
    Get(*out);
    value = std::move(out);
  }
  template <typename T>
  void Get(std::optional<T>& value) {
    if (Varint() != 0) Get(value.emplace());
  }
  template <typename T>
  void Get(std::vector<T>& list) {
    for (uint64_t count = Varint(); count > 0 && !in_.empty(); --count) Get(list.emplace_back());
  }
  // An alternative of a later version is left at the first one.
  template <typename... T>
  void Get(std::variant<T...>& value) {
    const uint64_t place = Varint();
    std::string text;
    Get(text);
    Decoder fields(text);
    uint64_t at = 0;
    static_cast<void>(((at++ == place && (Visit(fields, value.template emplace<T>()), true)) || ...));
  }
  void Get(std::map<std::string, std::string>& map) {
    for (uint64_t count = Varint(); count > 0 && !in_.empty(); --count) {
      std::string key, value;
      (*this)(key, value);
      map.emplace(std::move(key), std::move(value));
    }
  }

  std::string_view in_;
};

}  // namespace sandbox::store
