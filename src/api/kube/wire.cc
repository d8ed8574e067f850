#include "api/kube/wire.h"

#include <nlohmann/json.hpp>
#include <optional>

#include "sandbox/base/encoding.h"
#include "sandbox/base/text.h"

namespace sandbox::kube {

using nlohmann::json;

namespace {

constexpr std::string_view kMagic("k8s\0", 4);

// The fields of one message that hold bytes; others are skipped.
class Message {
 public:
  explicit Message(std::string_view bytes) : rest_(bytes) {}

  struct Field {
    uint64_t number = 0;
    std::string_view bytes;
  };
  // nullopt at the end, and where the bytes are no message: then Broken.
  std::optional<Field> Next() {
    while (!rest_.empty()) {
      const auto tag = Varint();
      if (!tag) return SetBroken();
      const uint64_t kind = *tag & 7;
      if (kind == 0) {
        if (!Varint()) return SetBroken();
        continue;
      }
      const auto size = kind == 2 ? Varint() : std::optional<uint64_t>(kind == 1 ? 8 : kind == 5 ? 4 : UINT64_MAX);
      if (!size || *size > rest_.size()) return SetBroken();
      const std::string_view bytes = rest_.substr(0, *size);
      rest_.remove_prefix(*size);
      if (kind == 2) return Field{*tag >> 3, bytes};
    }
    return std::nullopt;
  }
  bool Broken() const { return broken_; }

 private:
  std::optional<Field> SetBroken() {
    broken_ = true;
    rest_ = {};
    return std::nullopt;
  }
  std::optional<uint64_t> Varint() {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      value |= uint64_t{byte & 0x7fu} << shift;
      if (byte < 0x80) return value;
    }
    return std::nullopt;
  }

  std::string_view rest_;
  bool broken_ = false;
};

// The last field of that number; empty when there is none, nullopt when the bytes are no message.
std::optional<std::string_view> Bytes(std::string_view bytes, uint64_t number) {
  Message message(bytes);
  std::string_view out;
  while (const auto field = message.Next()) {
    if (field->number == number) out = field->bytes;
  }
  if (message.Broken()) return std::nullopt;
  return out;
}

}  // namespace

Result<json> SecretFromProtobuf(std::string_view body) {
  const auto bad = [] { return Fail(Code::kInvalidArgument, "BadRequest", "the body: expected a Secret as protobuf"); };
  constexpr uint64_t kRaw = 2, kMetadata = 1, kData = 2, kStringData = 4, kName = 1, kKey = 1, kValue = 2;
  if (!body.starts_with(kMagic)) return bad();
  const auto raw = Bytes(body.substr(kMagic.size()), kRaw);
  if (!raw) return bad();
  json out = {{"metadata", json::object()}, {"data", json::object()}, {"stringData", json::object()}};
  Message secret(*raw);
  while (const auto field = secret.Next()) {
    if (field->number == kMetadata) {
      const auto name = Bytes(field->bytes, kName);
      if (!name) return bad();
      out["metadata"]["name"] = ValidUtf8(*name);
    } else if (field->number == kData || field->number == kStringData) {
      const auto key = Bytes(field->bytes, kKey), value = Bytes(field->bytes, kValue);
      if (!key || !value) return bad();
      const bool text = field->number == kStringData;
      out[text ? "stringData" : "data"][ValidUtf8(*key)] = text ? std::string(*value) : Base64(*value);
    }
  }
  if (secret.Broken()) return bad();
  return out;
}

}  // namespace sandbox::kube
