#include "api/s3/xml.h"

#include <cstdio>
#include <pugixml.hpp>

#include "api/s3/uri.h"

namespace sandbox::s3 {
namespace {

std::unexpected<S3Error> Malformed() {
  return S3Fail(400, "MalformedXML",
                "The XML you provided was not well-formed or did not validate against our published schema");
}

// Clients may prefix the names with a namespace of theirs.
std::string_view LocalName(const pugi::xml_node& node) {
  const std::string_view name = node.name();
  const size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

S3Result<pugi::xml_node> Load(pugi::xml_document& document, std::string_view xml, std::string_view root) {
  // The parser takes bytes as they are, and they would come back in answers.
  if (!IsUtf8(xml)) return Malformed();
  const auto parsed = document.load_buffer(xml.data(), xml.size(), pugi::parse_default | pugi::parse_ws_pcdata_single);
  if (!parsed || LocalName(document.document_element()) != root) return Malformed();
  return document.document_element();
}

}  // namespace

std::string EscapeXml(std::string_view text) {
  std::string out;
  for (char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          char reference[8];
          std::snprintf(reference, sizeof reference, "&#x%x;", static_cast<unsigned>(c));
          out += reference;
        } else {
          out += c;
        }
    }
  }
  return out;
}

XmlWriter::XmlWriter(std::string_view root) {
  out_ =
      Cat("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<", root, " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">");
  open_.emplace_back(root);
}
XmlWriter& XmlWriter::Open(std::string_view name) {
  out_ += Cat("<", name, ">");
  open_.emplace_back(name);
  return *this;
}
XmlWriter& XmlWriter::Close() {
  out_ += Cat("</", open_.back(), ">");
  open_.pop_back();
  return *this;
}
XmlWriter& XmlWriter::Text(std::string_view name, std::string_view value) {
  out_ += Cat("<", name, ">", EscapeXml(value), "</", name, ">");
  return *this;
}
std::string XmlWriter::Take() {
  while (!open_.empty()) Close();
  return std::move(out_);
}

S3Result<DeleteRequest> ParseDelete(std::string_view xml) {
  constexpr size_t kObjectsMax = 1000;
  pugi::xml_document document;
  auto root = Load(document, xml, "Delete");
  if (!root) return std::unexpected(std::move(root.error()));
  DeleteRequest request;
  for (const auto& node : root->children()) {
    if (LocalName(node) == "Quiet") request.quiet = std::string_view(node.child_value()) == "true";
    if (LocalName(node) != "Object") continue;
    DeleteEntry entry;
    for (const auto& field : node.children()) {
      const std::string_view name = LocalName(field);
      if (name == "Key") entry.key = field.child_value();
      if (name == "VersionId") entry.version = field.child_value();
      if (name == "ETag") entry.conditions.etag = field.child_value();
      if (name == "Size") entry.conditions.size = field.child_value();
      if (name == "LastModifiedTime") entry.conditions.modified_at = field.child_value();
    }
    if (entry.key.empty() || request.objects.size() == kObjectsMax) return Malformed();
    request.objects.push_back(std::move(entry));
  }
  if (request.objects.empty()) return Malformed();
  return request;
}

S3Result<std::vector<PartReference>> ParseComplete(std::string_view xml) {
  pugi::xml_document document;
  auto root = Load(document, xml, "CompleteMultipartUpload");
  if (!root) return std::unexpected(std::move(root.error()));
  std::vector<PartReference> parts;
  for (const auto& node : root->children()) {
    if (LocalName(node) != "Part") continue;
    PartReference part;
    for (const auto& field : node.children()) {
      if (LocalName(field) == "PartNumber") part.number = field.text().as_uint();
      if (LocalName(field) == "ETag") part.etag = field.child_value();
      if (LocalName(field).starts_with("Checksum")) part.checksums[std::string(LocalName(field))] = field.child_value();
    }
    if (part.etag.size() >= 2 && part.etag.front() == '"' && part.etag.back() == '"')
      part.etag = part.etag.substr(1, part.etag.size() - 2);
    if (part.number == 0) return Malformed();
    parts.push_back(std::move(part));
  }
  if (parts.empty()) return Malformed();
  return parts;
}

S3Result<std::vector<std::pair<std::string, std::string>>> ParseTagging(std::string_view xml) {
  pugi::xml_document document;
  auto root = Load(document, xml, "Tagging");
  if (!root) return std::unexpected(std::move(root.error()));
  std::vector<std::pair<std::string, std::string>> tags;
  bool found = false;
  for (const auto& set : root->children()) {
    if (LocalName(set) != "TagSet") continue;
    found = true;
    for (const auto& tag : set.children()) {
      if (LocalName(tag) != "Tag") continue;
      auto& [key, value] = tags.emplace_back();
      for (const auto& field : tag.children()) {
        if (LocalName(field) == "Key") key = field.child_value();
        if (LocalName(field) == "Value") value = field.child_value();
      }
    }
  }
  if (!found) return Malformed();
  return tags;
}

S3Result<std::string> ParseLocation(std::string_view xml) {
  pugi::xml_document document;
  auto root = Load(document, xml, "CreateBucketConfiguration");
  if (!root) return std::unexpected(std::move(root.error()));
  for (const auto& node : root->children()) {
    if (LocalName(node) == "LocationConstraint") return node.child_value();
  }
  return std::string();
}

namespace {

S3Result<CorsRule> ReadCorsRule(const pugi::xml_node& node) {
  CorsRule rule;
  for (const auto& field : node.children()) {
    const std::string_view name = LocalName(field), value = field.child_value();
    if (name == "AllowedOrigin") rule.origins.emplace_back(value);
    if (name == "AllowedMethod") rule.methods.emplace_back(value);
    if (name == "AllowedHeader") rule.headers.emplace_back(value);
    if (name == "ExposeHeader") rule.exposed.emplace_back(value);
    if (name == "MaxAgeSeconds") rule.max_age_seconds = value;
  }
  if (rule.origins.empty() || rule.methods.empty()) return Malformed();
  if (rule.max_age_seconds.find_first_not_of("0123456789") != std::string::npos) return Malformed();
  for (const std::string& method : rule.methods) {
    if (method == "GET" || method == "HEAD" || method == "PUT" || method == "POST" || method == "DELETE") continue;
    return S3Fail(400, "InvalidRequest",
                  Cat("Found unsupported HTTP method in CORS config. Unsupported method is ", method));
  }
  for (const auto* patterns : {&rule.origins, &rule.headers}) {
    for (const std::string& pattern : *patterns) {
      if (pattern.find('*') == pattern.rfind('*')) continue;
      return S3Fail(400, "InvalidRequest", Cat("\"", pattern, "\" can not have more than one wildcard."));
    }
  }
  return rule;
}

}  // namespace

S3Result<std::vector<CorsRule>> ParseCors(std::string_view xml) {
  constexpr size_t kRulesMax = 100;
  pugi::xml_document document;
  auto root = Load(document, xml, "CORSConfiguration");
  if (!root) return std::unexpected(std::move(root.error()));
  std::vector<CorsRule> rules;
  for (const auto& node : root->children()) {
    if (LocalName(node) != "CORSRule") continue;
    auto rule = ReadCorsRule(node);
    if (!rule) return std::unexpected(std::move(rule.error()));
    rules.push_back(std::move(*rule));
  }
  if (rules.empty() || rules.size() > kRulesMax) return Malformed();
  return rules;
}

}  // namespace sandbox::s3
