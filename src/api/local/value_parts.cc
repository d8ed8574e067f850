#include "api/local/value_parts.h"

#include <algorithm>

namespace sandbox::api {
namespace {

namespace core = flyteidl::core;
using nlohmann::json;

constexpr uint64_t kInnerMax = 20;          // elements of what is inside of what was asked for
constexpr size_t kPartTextMax = 64 * 1024;  // bytes of a text, or of packed data
constexpr int kPointerDepthMax = 64;

// The first bytes, without half a character at their end.
std::string Beginning(const std::string& text) {
  size_t end = kPartTextMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end);
}

class Cutter {
 public:
  explicit Cutter(ValuePart& out) : out_(out) {}

  void Copy(const core::Literal& from, core::Literal* to, std::vector<std::string>& path, PartWanted wanted) {
    if (from.has_collection()) {
      CopyList(from.collection(), to->mutable_collection(), path, wanted);
    } else if (from.has_map()) {
      CopyMap(from.map(), to->mutable_map(), path, wanted);
    } else {
      *to = from;
      CutText(to, path);
    }
  }

 private:
  void CopyList(const core::LiteralCollection& from, core::LiteralCollection* to, std::vector<std::string>& path,
                PartWanted wanted) {
    const auto total = static_cast<uint64_t>(from.literals_size());
    const uint64_t end = std::min(total, wanted.from + wanted.limit);
    for (uint64_t i = wanted.from; i < end; ++i) {
      path.push_back(std::to_string(i));
      Copy(from.literals(static_cast<int>(i)), to->add_literals(), path, {0, kInnerMax});
      path.pop_back();
    }
    if (wanted.from > 0 || end < total) Tell(path, total);
  }

  // By name: a map has no order of its own.
  void CopyMap(const core::LiteralMap& from, core::LiteralMap* to, std::vector<std::string>& path, PartWanted wanted) {
    std::vector<std::string> names;
    for (const auto& [name, value] : from.literals()) names.push_back(name);
    std::ranges::sort(names);
    const uint64_t end = std::min<uint64_t>(names.size(), wanted.from + wanted.limit);
    for (uint64_t i = wanted.from; i < end; ++i) {
      path.push_back(names[i]);
      Copy(from.literals().at(names[i]), &(*to->mutable_literals())[names[i]], path, {0, kInnerMax});
      path.pop_back();
    }
    if (wanted.from > 0 || end < names.size()) Tell(path, names.size());
  }

  void CutText(core::Literal* literal, const std::vector<std::string>& path) {
    if (literal->scalar().has_union_()) {
      if (literal->scalar().union_().value().has_scalar())
        CutText(literal->mutable_scalar()->mutable_union_()->mutable_value(), path);
      return;
    }
    if (!literal->scalar().primitive().has_string_value()) return;
    std::string* text = literal->mutable_scalar()->mutable_primitive()->mutable_string_value();
    if (text->size() <= kPartTextMax) return;
    Tell(path, text->size());
    *text = Beginning(*text);
  }

  void Tell(const std::vector<std::string>& path, uint64_t total) {
    out_.cut.push_back({{"path", PointerText(path)}, {"total", total}});
  }

  ValuePart& out_;
};

}  // namespace

Result<std::vector<std::string>> ParsePointer(std::string_view text) {
  std::vector<std::string> out;
  if (text.empty()) return out;
  if (text[0] != '/' || std::ranges::count(text, '/') > kPointerDepthMax)
    return Fail(Code::kInvalidArgument, "path", Cat("path has to be a JSON pointer such as /o0/12, not ", text));
  for (size_t at = 1; at <= text.size();) {
    const size_t end = std::min(text.find('/', at), text.size());
    std::string& part = out.emplace_back(text.substr(at, end - at));
    for (size_t mark = part.find('~'); mark != std::string::npos; mark = part.find('~', mark + 1)) {
      const char which = mark + 1 < part.size() ? part[mark + 1] : ' ';
      if (which != '0' && which != '1')
        return Fail(Code::kInvalidArgument, "path", Cat("path has a ~ that is neither ~0 nor ~1: ", text));
      part.replace(mark, 2, which == '0' ? "~" : "/");
    }
    at = end + 1;
  }
  return out;
}

std::string PointerText(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) {
    out += '/';
    for (const char c : part) {
      if (c == '~') {
        out += "~0";
      } else if (c == '/') {
        out += "~1";
      } else {
        out += c;
      }
    }
  }
  return out;
}

ValuePart CutValue(const core::Literal& literal, const std::vector<std::string>& path, PartWanted wanted) {
  ValuePart out;
  out.total = literal.has_collection() ? static_cast<uint64_t>(literal.collection().literals_size())
              : literal.has_map()      ? literal.map().literals().size()
                                       : 1;
  wanted.from = std::min(wanted.from, out.total);
  std::vector<std::string> at = path;
  Cutter(out).Copy(literal, &out.literal, at, wanted);
  return out;
}

}  // namespace sandbox::api
