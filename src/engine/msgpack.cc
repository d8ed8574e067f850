#include "msgpack.h"

#include <bit>

namespace sandbox::engine {
namespace {

constexpr int kMsgpackDepthMax = 64;

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  bool AtEnd() const { return position_ == bytes_.size(); }

  // The next value; nullopt when the bytes end early or nest too deep.
  std::optional<MsgpackValue> Next(int depth) {
    uint8_t tag;
    if (depth > kMsgpackDepthMax || !Byte(tag)) return std::nullopt;
    if (tag <= 0x7f) return MsgpackValue{int64_t{tag}};
    if (tag >= 0xe0) return MsgpackValue{int64_t{static_cast<int8_t>(tag)}};
    if ((tag & 0xf0) == 0x80) return Elements<MsgpackValue::Map>(2 * (tag & 0x0fu), depth);
    if ((tag & 0xf0) == 0x90) return Elements<MsgpackValue::List>(tag & 0x0fu, depth);
    if ((tag & 0xe0) == 0xa0) return Text(tag & 0x1fu);
    return Tagged(tag, depth);
  }

 private:
  std::optional<MsgpackValue> Tagged(uint8_t tag, int depth) {
    switch (tag) {
      case 0xc0: return MsgpackValue{MsgpackValue::Nil{}};
      case 0xc2: return MsgpackValue{false};
      case 0xc3: return MsgpackValue{true};
      case 0xc4:
      case 0xc5:
      case 0xc6: return Binary(1u << (tag - 0xc4), 0);
      case 0xc7:
      case 0xc8:
      case 0xc9: return Binary(1u << (tag - 0xc7), 1);
      case 0xca: return Float();
      case 0xcb: return Double();
      case 0xcc:
      case 0xcd:
      case 0xce:
      case 0xcf: return Unsigned(1u << (tag - 0xcc));
      case 0xd0:
      case 0xd1:
      case 0xd2:
      case 0xd3: return Signed(1u << (tag - 0xd0));
      case 0xd4:
      case 0xd5:
      case 0xd6:
      case 0xd7:
      case 0xd8: return Slice((1u << (tag - 0xd4)) + 1);
      case 0xd9:
      case 0xda:
      case 0xdb: return Sized(1u << (tag - 0xd9), [this](uint64_t n) { return Text(n); });
      case 0xdc:
      case 0xdd: return Sized(2u << (tag - 0xdc), [&](uint64_t n) { return Elements<MsgpackValue::List>(n, depth); });
      case 0xde:
      case 0xdf:
        return Sized(2u << (tag - 0xde), [&](uint64_t n) { return Elements<MsgpackValue::Map>(2 * n, depth); });
      default: return std::nullopt;
    }
  }

  bool Byte(uint8_t& out) {
    if (AtEnd()) return false;
    out = static_cast<uint8_t>(bytes_[position_++]);
    return true;
  }

  std::optional<uint64_t> Number(unsigned width) {
    if (bytes_.size() - position_ < width) return std::nullopt;
    uint64_t out = 0;
    for (unsigned i = 0; i < width; ++i) out = out << 8 | static_cast<uint8_t>(bytes_[position_++]);
    return out;
  }

  std::optional<std::string_view> Take(uint64_t length) {
    if (length > bytes_.size() - position_) return std::nullopt;
    const std::string_view out = bytes_.substr(position_, length);
    position_ += length;
    return out;
  }

  template <typename F>
  std::optional<MsgpackValue> Sized(unsigned width, F&& then) {
    const auto length = Number(width);
    return length ? then(*length) : std::nullopt;
  }

  std::optional<MsgpackValue> Text(uint64_t length) {
    const auto text = Take(length);
    return text ? std::optional(MsgpackValue{*text}) : std::nullopt;
  }
  std::optional<MsgpackValue> Slice(uint64_t length) {
    const auto bytes = Take(length);
    return bytes ? std::optional(MsgpackValue{MsgpackValue::Bytes{*bytes}}) : std::nullopt;
  }
  std::optional<MsgpackValue> Binary(unsigned width, uint64_t more) {
    return Sized(width, [&](uint64_t n) { return Slice(n + more); });
  }
  std::optional<MsgpackValue> Float() {
    const auto bits = Number(4);
    return bits ? std::optional(MsgpackValue{double{std::bit_cast<float>(static_cast<uint32_t>(*bits))}})
                : std::nullopt;
  }
  std::optional<MsgpackValue> Double() {
    const auto bits = Number(8);
    return bits ? std::optional(MsgpackValue{std::bit_cast<double>(*bits)}) : std::nullopt;
  }
  std::optional<MsgpackValue> Unsigned(unsigned width) {
    const auto bits = Number(width);
    return bits ? std::optional(MsgpackValue{static_cast<int64_t>(*bits)}) : std::nullopt;
  }
  std::optional<MsgpackValue> Signed(unsigned width) {
    const auto bits = Number(width);
    if (!bits) return std::nullopt;
    const unsigned unused = 64 - 8 * width;
    return MsgpackValue{static_cast<int64_t>(*bits << unused) >> unused};
  }

  // Each element takes at least one byte, so `count` is checked before anything is stored.
  template <typename Container>
  std::optional<MsgpackValue> Elements(uint64_t count, int depth) {
    if (count > bytes_.size() - position_) return std::nullopt;
    Container out;
    for (uint64_t i = 0; i < count; ++i) {
      const size_t from = position_;
      if (!Next(depth + 1)) return std::nullopt;
      out.elements.push_back(bytes_.substr(from, position_ - from));
    }
    return MsgpackValue{std::move(out)};
  }

  std::string_view bytes_;
  size_t position_ = 0;
};

}  // namespace

Result<MsgpackValue> ReadMsgpack(std::string_view bytes) {
  Reader reader(bytes);
  auto value = reader.Next(0);
  if (!value || !reader.AtEnd()) return InvalidArgument("invalid MessagePack");
  return std::move(*value);
}

}  // namespace sandbox::engine
