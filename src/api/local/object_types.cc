#include "api/local/object_types.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "sandbox/base/text.h"

namespace sandbox::api {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::array<std::pair<std::string_view, std::string_view>, 33> kByEnding = {{
    {"parquet", "parquet"}, {"parq", "parquet"}, {"csv", "csv"},       {"tsv", "csv"},      {"json", "json"},
    {"geojson", "json"},    {"ipynb", "json"},   {"ndjson", "ndjson"}, {"jsonl", "ndjson"}, {"html", "html"},
    {"htm", "html"},        {"txt", "text"},     {"log", "text"},      {"md", "text"},      {"py", "text"},
    {"yaml", "text"},       {"yml", "text"},     {"toml", "text"},     {"ini", "text"},     {"cfg", "text"},
    {"xml", "text"},        {"sql", "text"},     {"sh", "text"},       {"js", "text"},      {"css", "text"},
    {"png", "png"},         {"jpg", "jpeg"},     {"jpeg", "jpeg"},     {"gif", "gif"},      {"webp", "webp"},
    {"avif", "avif"},       {"svg", "svg"},      {"pb", "binary"},
}};
constexpr std::array<std::string_view, 5> kTexts = {"csv", "json", "ndjson", "html", "text"};
constexpr std::array<std::string_view, 6> kImages = {"png", "jpeg", "gif", "webp", "avif", "svg"};

template <size_t N>
bool IsOneOf(const std::array<std::string_view, N>& list, std::string_view type) {
  return std::ranges::find(list, type) != list.end();
}

// What says of itself what it is.
std::string_view TypeOfBytes(std::string_view start) {
  if (start.starts_with("PAR1")) return "parquet";
  if (start.starts_with("\x89PNG\r\n\x1a\n"sv)) return "png";
  if (start.starts_with("\xff\xd8\xff"sv)) return "jpeg";
  if (start.starts_with("GIF87a") || start.starts_with("GIF89a")) return "gif";
  if (start.starts_with("RIFF") && start.substr(std::min<size_t>(8, start.size())).starts_with("WEBP")) return "webp";
  if (start.size() > 12 && start.substr(4).starts_with("ftypavi")) return "avif";
  return "";
}

// UTF-8 without control characters but those of text; without a zero byte only where `controls` says so. A character
// that is cut off at the end is none that is wrong.
bool IsText(std::string_view start, bool controls) {
  for (size_t i = 0; i < start.size();) {
    const auto byte = static_cast<unsigned char>(start[i]);
    if (byte == 0) return false;
    if (!controls && byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r' && byte != '\f' && byte != 0x1b)
      return false;
    const size_t more = byte < 0x80             ? 0
                        : (byte & 0xe0) == 0xc0 ? 1
                        : (byte & 0xf0) == 0xe0 ? 2
                        : (byte & 0xf8) == 0xf0 ? 3
                                                : 4;
    if (more == 4) return false;
    for (size_t k = 1; k <= more && i + k < start.size(); ++k) {
      if ((static_cast<unsigned char>(start[i + k]) & 0xc0) != 0x80) return false;
    }
    i += more + 1;
  }
  return true;
}

bool StartsWithTag(std::string_view text, std::string_view tag) { return LowerCase(text.substr(0, tag.size())) == tag; }

// Of text whose name says nothing.
std::string_view TypeOfText(std::string_view start) {
  start.remove_prefix(std::min(start.find_first_not_of(" \t\r\n"), start.size()));
  if (StartsWithTag(start, "<!doctype html") || StartsWithTag(start, "<html")) return "html";
  if (StartsWithTag(start, "<svg")) return "svg";
  return "text";
}

}  // namespace

std::string TypeOfName(std::string_view key) {
  const std::string_view name = key.substr(key.rfind('/') + 1);
  const size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return "";
  const std::string_view ending = name.substr(dot + 1);
  for (const auto& [text, type] : kByEnding) {
    if (ending.size() == text.size() && StartsWithTag(ending, text)) return std::string(type);
  }
  return "";
}

std::string GuessType(std::string_view key, std::string_view start) {
  if (const std::string_view told = TypeOfBytes(start); !told.empty()) return std::string(told);
  const std::string named = TypeOfName(key);
  const bool text_by_name = named == "svg" || IsOneOf(kTexts, named);
  if (!IsText(start, text_by_name)) return named == "parquet" ? named : "binary";
  // Nothing, or text under the name of something else: its name is believed where it is a kind of text.
  if (text_by_name) return named;
  if (start.empty()) return named.empty() ? "text" : named;
  return std::string(TypeOfText(start));
}

std::string ServedType(std::string_view type) {
  if (type == "svg") return "image/svg+xml";
  if (IsOneOf(kImages, type)) return "image/" + std::string(type);
  return IsOneOf(kTexts, type) ? "text/plain; charset=utf-8" : "application/octet-stream";
}

}  // namespace sandbox::api
