#pragma once
// The `input` object of an experiment: what is recorded where, and how it becomes events.

#include <cstddef>
#include <string>

#include "models/base/json_reader.hpp"

namespace spikeloom {

enum class InputFormat { Shd, Csv };
struct InputSpec {
  InputFormat format;
  std::string events;       ///< path, resolved
  std::string column;       ///< csv only
  std::size_t samples = 0;  ///< 0: all there are
};

/// Throws InputError at the place of the reader.
InputSpec read_input_spec(ObjectReader reader);
Json to_json(const InputSpec& input);

}  // namespace spikeloom
