#pragma once

// The calls, by resource. Each answers its exchange once. They run on the session's loop and block on `workers` only.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "api/oci/answer.h"
#include "api/oci/request.h"
#include "oci/image_store.h"
#include "oci/uploads.h"

namespace sandbox::oci {

// What one request needs on its way.
struct Session {
  ImageStore& store;
  UploadTable& uploads;
  boost::asio::any_io_executor workers;
  net::HttpExchange& exchange;
  const OciRequest& request;

  const std::string& Method() const { return exchange.Request().method; }
  std::string_view Header(std::string_view name) const { return exchange.Request().headers.Get(name); }
};

boost::asio::awaitable<void> SendAnswer(Session& session, Answer answer);
// DIGEST_INVALID.
Result<Digest> DigestOf(std::string_view text);
// "/v2/team/app/blobs/NAME"
std::string BlobPath(std::string_view repository, std::string_view name);

boost::asio::awaitable<void> ServeBlob(Session& session);
boost::asio::awaitable<void> ServeUploads(Session& session);  // begins one
boost::asio::awaitable<void> ServeUpload(Session& session);
boost::asio::awaitable<void> ServeManifest(Session& session);

// On a worker.
Answer ListTags(Session& session);
Answer ListRepositories(Session& session);
Answer ListReferrers(Session& session);

}  // namespace sandbox::oci
