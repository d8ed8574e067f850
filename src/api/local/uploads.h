#pragma once

// Files into the platform's bucket by one PUT: what a page cannot do with a signed address, for it is of another origin
// and its digest has to be known first.

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "net/http.h"
#include "sandbox/ports/object_store.h"

namespace sandbox::api {

struct UploadDeps {
  ObjectStore& objects;
  std::string bucket;
  boost::asio::any_io_executor workers;  // for what blocks
  // The key of a file in a project's domain, as CreateUploadLocation has it. INVALID_ARGUMENT.
  std::function<Result<std::string>(const std::string& project, const std::string& domain, const std::string& name)>
      key;
  // What the disk still takes; nullopt when that is not known. Blocks.
  std::function<std::optional<uint64_t>()> free_bytes;
  uint64_t bytes_max = uint64_t{16} << 30;
};

// PUT /sandbox/v1/uploads/PROJECT/DOMAIN/NAME, where NAME may hold folders: 200 {"uri", "md5", "size"}. Nothing is
// stored unless all of the body has come. A name that is taken is 409: an upload replaces nothing.
net::HttpHandler MakeUploads(UploadDeps deps);

}  // namespace sandbox::api
