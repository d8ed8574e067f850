#pragma once

// Which objects what is cached names, directly or through values that it names.
//
// Thread: any that may block; one object on one.

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/ports/metadata_store.h"
#include "sandbox/ports/object_layout.h"
#include "sandbox/ports/object_store.h"

namespace sandbox::retention {

class References {
 public:
  // Of everything that is cached now. Errors: the object store's, of a value that is there and cannot be read.
  static Result<References> OfCache(MetadataStore& store, ObjectStore& objects, const ObjectLayout& layout);

  // Something below this address is named. An address ends with a slash.
  bool NameSomethingBelow(const std::string& address) const;

 private:
  // The addresses in a text or a message of any encoding, each perhaps with something behind it.
  void Add(std::string_view bytes, std::vector<std::string>* found);

  std::set<std::string> addresses_;
};

}  // namespace sandbox::retention
