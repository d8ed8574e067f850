#pragma once

// What a promise refers to, as users write it. Pure.

#include <google/protobuf/repeated_ptr_field.h>

#include <string>

#include "flyteidl/core/types.pb.h"

namespace sandbox::model {

// "c.inner.n" for an attribute of the workflow's input c, "n0.o0[3]" for an item of the output o0 of node n0.
std::string PromiseText(const flyteidl::core::OutputReference& promise);
// The attributes alone: ".inner.n", "[3]", "[\"a key\"]". Names that Python could not write after a dot are quoted.
std::string AttributesText(const google::protobuf::RepeatedPtrField<flyteidl::core::PromiseAttribute>& path);

}  // namespace sandbox::model
