#pragma once
// Images of IDX, NumPy and CSV files as input, through an encoder.

#include <optional>
#include <string>

#include "models/inputs/encoder.hpp"

namespace spikeloom {

/// Where a CSV row has its label.
enum class LabelColumn { None, First, Last };

/// Images as a file has them. The kind of file is told from its first bytes: IDX and .npy have
/// their marks, all else is CSV, an image a row, with a header or without.
struct ImageSource {
  std::string images;
  std::string labels;  ///< file of whole numbers, of the same kinds; empty: none
  LabelColumn label_column = LabelColumn::None;  ///< CSV only
  std::string axes;                              ///< layout_of(); not for CSV; empty: by shape
  std::optional<double> scale;  ///< by default 1/255 for IDX of unsigned bytes, else 1
  std::size_t count = 0;        ///< the first samples; 0: all; more than there are: refused
};

/// The images asked for, encoded for an input of shape `input`. Throws InputError, with the byte or
/// the line of what is wrong in a file.
InputData read_images(const ImageSource& source,
                      const EncoderSpec& encoder,
                      const Shape& input,
                      const StepGrid& grid,
                      Seed seed);

/// One sample of which each step shows the values of that step, encoded. `currents` is what
/// read_csv() gave.
InputData encode_currents(const InputData& currents,
                          std::size_t units,
                          const EncoderSpec& encoder,
                          const StepGrid& grid,
                          Seed seed,
                          const std::string& file);

}  // namespace spikeloom
