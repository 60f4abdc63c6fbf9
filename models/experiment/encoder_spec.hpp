#pragma once
// The `encoder` of an experiment's input: a name, or an object with a name and its parameters.

#include <string>
#include <vector>

#include "models/base/json_reader.hpp"
#include "models/inputs/encoder.hpp"

namespace spikeloom {

/// Throws InputError at the place.
EncoderSpec read_encoder(const Json& value, const JsonPlace& place);
/// With the parameters of this encoder, and no others.
Json to_json(const EncoderSpec& encoder);

std::vector<std::string> encoder_names();

}  // namespace spikeloom
