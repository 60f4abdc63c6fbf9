#pragma once
// The `input` object of an experiment: what is recorded where, and how it becomes events.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "models/base/json_reader.hpp"
#include "models/inputs/encoder.hpp"
#include "models/inputs/images.hpp"
#include "models/inputs/step_grid.hpp"

namespace spikeloom {

enum class InputFormat { Nmnist, Shd, Csv, SpikeTimes, Images };
enum class TimeUnit { Second, Millisecond, Microsecond };

/// Fields of other formats keep their defaults.
struct InputSpec {
  InputFormat format;
  std::string events;       ///< path, resolved; nmnist with a list: folder or pattern
  std::size_t samples = 0;  ///< 0: all there are
  LateEvents late_events = LateEvents::Refuse;
  std::string list;                          ///< nmnist: path, resolved; empty: one recording
  std::optional<std::size_t> height, width;  ///< nmnist: of the frame, for flat inputs
  std::string column = "*";                  ///< csv
  TimeUnit time_unit = TimeUnit::Second;     ///< spike_times
  std::string labels;                        ///< images: path, resolved; empty: none
  LabelColumn label_column = LabelColumn::None;
  std::string axes;                    ///< images; empty: by shape
  std::optional<double> scale;         ///< images
  std::optional<EncoderSpec> encoder;  ///< images, where it is always set; csv
};

/// Throws InputError at the place of the reader.
InputSpec read_input_spec(ObjectReader reader);
Json to_json(const InputSpec& input);

/// All formats by name.
std::vector<std::string> input_names();

}  // namespace spikeloom
