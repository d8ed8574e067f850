#pragma once

// The Kubernetes-shaped window over real sockets, as kubectl asks it.

#include <nlohmann/json.hpp>
#include <string>

#include "secrets/file_secrets.h"
#include "server/platform/platform.h"

namespace sandbox::testing {

using nlohmann::json;

inline constexpr char kTableAccept[] =
    "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json";
inline constexpr char kCore[] = "/kubernetes/api/v1", kHere[] = "/kubernetes/api/v1/namespaces/flytesnacks-development";

struct Window : Platform {
  Window() { REQUIRE(Open()); }

  HttpAnswer Ask(const std::string& method, const std::string& path, const std::string& body = "",
                 const std::string& accept = "application/json") const {
    return Exchange(Port(),
                    method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nAccept: " + accept + "\r\n" +
                        (body.empty() ? "" : "Content-Type: application/json\r\n"),
                    body);
  }
  json Get(const std::string& path, int status = 200) const {
    const HttpAnswer answer = Ask("GET", path);
    INFO(path << "\n" << answer.body);
    CHECK(answer.status == status);
    return answer.Json();
  }
  json Table(const std::string& path) const { return Ask("GET", path, "", kTableAccept).Json(); }
  // The only pod of an execution.
  std::string PodOf(const std::string& execution) const {
    const json items = Get(std::string(kHere) + "/pods?labelSelector=execution-id%3D" + execution)["items"];
    REQUIRE(items.size() == 1);
    return items[0]["metadata"]["name"];
  }
};

// Lines of a watch; reading gives up after five seconds.
class Watch {
 public:
  Watch(uint16_t port, const std::string& path, const std::string& accept = "application/json") : client_(port) {
    client_.Send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAccept: " + accept + "\r\n\r\n");
    head_ = client_.ReadThrough("\r\n\r\n");
  }
  // Null when the watch has ended.
  json Next() {
    while (text_.find('\n') == std::string::npos) {
      const std::string size = client_.ReadThrough("\r\n");
      const size_t bytes = size.empty() ? 0 : std::stoul(size, nullptr, 16);
      if (bytes == 0) return nullptr;
      text_ += client_.Read(bytes);
      client_.ReadThrough("\r\n");
    }
    const size_t end = text_.find('\n');
    json out = json::parse(text_.substr(0, end));
    text_.erase(0, end + 1);
    return out;
  }
  // "ADDED Running" and so on, until one that ends with `last`. What changes fast is told once, as it is then.
  std::vector<std::string> Until(const std::string& last) {
    std::vector<std::string> out;
    for (json line = Next(); !line.is_null(); line = Next()) {
      out.push_back(line["type"].get<std::string>() + " " + PhaseIn(line["object"]));
      if (out.back().ends_with(last)) break;
    }
    return out;
  }
  const std::string& Head() const { return head_; }

 private:
  static std::string PhaseIn(const json& object) {
    if (object.contains("rows")) return object["rows"][0]["cells"][2];
    return object.contains("status") && object["status"].is_object() ? object["status"].value("phase", "") : "";
  }
  RawClient client_;
  std::string head_, text_;
};

}  // namespace sandbox::testing
