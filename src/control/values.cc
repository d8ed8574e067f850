// Inputs and outputs of executions, nodes and attempts.

#include "control/literals.h"
#include "sandbox/control/requests.h"

namespace sandbox::control {

namespace {

// What would make both too large is a link: of two, the larger one first.
void Divide(Values& inputs, Values& outputs, uint64_t bytes_max) {
  uint64_t all = inputs.size + outputs.size;
  Values* larger = inputs.size > outputs.size ? &inputs : &outputs;
  Values* smaller = larger == &inputs ? &outputs : &inputs;
  for (Values* side : {larger, smaller}) {
    if (all <= bytes_max) return;
    side->linked = true;
    all -= side->size;
  }
}

// `inputs`: their bytes, when they are at hand.
InputsAndOutputs Read(ObjectStore& objects, std::string inputs_uri, const std::string* inputs, std::string outputs_uri,
                      uint64_t bytes_max) {
  InputsAndOutputs out;
  out.inputs.uri = std::move(inputs_uri);
  out.outputs.uri = std::move(outputs_uri);
  for (Values* side : {&out.inputs, &out.outputs}) side->size = LiteralsSize(objects, side->uri);
  Divide(out.inputs, out.outputs, bytes_max);
  if (!out.inputs.linked && inputs != nullptr) {
    out.inputs.literals.ParseFromString(*inputs);
  } else if (!out.inputs.linked) {
    out.inputs.literals = ReadLiterals(objects, out.inputs.uri);
  }
  if (!out.outputs.linked) out.outputs.literals = ReadLiterals(objects, out.outputs.uri);
  return out;
}

}  // namespace

InputsAndOutputs Requests::ValuesOf(const model::ExecutionRecord& record, uint64_t bytes_max) {
  const ObjectLayout& layout = deps_.config.layout;
  return Read(deps_.objects, layout.Uri(layout.ExecutionKey(record.id)) + "/inputs", &record.inputs,
              record.error ? "" : record.output_uri, bytes_max);
}

InputsAndOutputs Requests::ValuesOf(const model::NodeRecord& record, uint64_t bytes_max) {
  return Read(deps_.objects, record.input_uri, nullptr, record.error ? "" : record.output_uri, bytes_max);
}

InputsAndOutputs Requests::ValuesOf(const model::TaskRecord& record, uint64_t bytes_max) {
  return Read(deps_.objects, record.input_uri, nullptr, record.error ? "" : record.output_uri, bytes_max);
}

}  // namespace sandbox::control
