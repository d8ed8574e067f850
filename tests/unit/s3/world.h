#pragma once

// The operations of S3 on a store in memory, asked as the server asks them.

#include <catch2/catch.hpp>
#include <map>
#include <string>

#include "api/s3/router.h"
#include "api/s3/upload.h"
#include "support/memory_object_store.h"

namespace sandbox::s3 {

using Headers = std::map<std::string, std::string>;

struct World {
  testing::MemoryObjectStore store;

  S3Request Make(std::string method, std::string target, const Headers& headers = {}) {
    net::HttpRequest http;
    http.method = std::move(method);
    http.target = std::move(target);
    for (const auto& [name, value] : headers) http.headers.Set(name, value);
    auto request = *ParseRequest(http, {});
    request.identity.anonymous = false;
    return request;
  }
  // A request of any shape but a download.
  Answer Ask(std::string method, std::string target, std::string_view body = "", const Headers& headers = {}) {
    const S3Request request = Make(std::move(method), std::move(target), headers);
    if (ShapeOf(request) == Shape::kUpload) return Upload(store, request).Finish(body);
    return Perform(store, request, body);
  }
  // The status, or the code of the error.
  std::string Code(std::string method, std::string target, std::string_view body = "", const Headers& headers = {}) {
    const Answer answer = Ask(std::move(method), std::move(target), body, headers);
    return answer ? std::to_string(answer->status) : answer.error().code;
  }
  std::string Body(std::string target, const Headers& headers = {}) {
    const Answer answer = Ask("GET", std::move(target), "", headers);
    return answer ? answer->body : answer.error().code;
  }
  // The headers of a GET, or the code of its error under "error"; the status under "status", what is sent under "body".
  std::map<std::string, std::string> Get(std::string target, const Headers& headers = {}) {
    auto download = BeginDownload(store, Make("GET", std::move(target), headers));
    if (!download) return {{"error", download.error().code}};
    std::map<std::string, std::string> out;
    for (const auto& [name, value] : download->head.headers.fields) out[name] = value;
    out["status"] = std::to_string(download->head.status);
    if (download->reader) out["body"] = *download->reader->ReadAt(download->offset, download->length);
    return out;
  }
  void Put(std::string_view key, std::string_view bytes = "x") {
    REQUIRE(store.Put(kBucket, key, bytes, Durability::kCached));
  }
};

inline bool Contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// What is between <name> and </name>, the first time.
inline std::string Element(const std::string& xml, const std::string& name) {
  const size_t begin = xml.find("<" + name + ">");
  if (begin == std::string::npos) return "";
  const size_t from = begin + name.size() + 2;
  return xml.substr(from, xml.find("</" + name + ">", from) - from);
}

}  // namespace sandbox::s3
