#include "api/s3/xml.h"

#include <cstdio>
#include <pugixml.hpp>

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
  pugi::xml_document document;
  auto root = Load(document, xml, "Delete");
  if (!root) return std::unexpected(std::move(root.error()));
  DeleteRequest request;
  for (const auto& node : root->children()) {
    if (LocalName(node) == "Quiet") request.quiet = std::string_view(node.child_value()) == "true";
    if (LocalName(node) != "Object") continue;
    bool found = false;
    for (const auto& field : node.children()) {
      if (LocalName(field) != "Key") continue;
      request.keys.emplace_back(field.child_value());
      found = true;
    }
    if (!found) return Malformed();
  }
  if (request.keys.empty()) return Malformed();
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
    }
    if (part.etag.size() >= 2 && part.etag.front() == '"' && part.etag.back() == '"')
      part.etag = part.etag.substr(1, part.etag.size() - 2);
    if (part.number == 0) return Malformed();
    parts.push_back(std::move(part));
  }
  if (parts.empty()) return Malformed();
  return parts;
}

}  // namespace sandbox::s3
