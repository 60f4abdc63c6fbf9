#pragma once
// Readers of recorded inputs. Bad data is refused with file and place (InputError).

#include <string>

#include "models/base/units.hpp"
#include "models/network/recording.hpp"

namespace spikeloom {

/// SHD layout (HDF5): spikes/times (variable-length, seconds), spikes/units, labels. An event falls
/// into step floor(x), x = time / dt; where x is within x * 2^-22 of a whole number, which is what
/// single precision rounds away, it falls into the step of that number. Events at or after `steps`
/// are refused. Several events of a unit in a step add up. Without labels, samples have none.
/// `count` limits the samples (0: all; more than there are: refused). A file without samples is
/// refused.
InputData read_shd(
    const std::string& path, std::size_t units, Seconds dt, std::uint32_t steps, std::size_t count);

/// A CSV of one sample: one row per step. `column` is a header's name, or a 0-based number for
/// files without a header; it drives input element 0. With "*": every column drives the element
/// of its position, and there are `units` columns. Rows after the last step are left out; fewer
/// rows than steps are refused.
InputData read_csv(const std::string& path,
                   const std::string& column,
                   std::size_t units,
                   std::uint32_t steps);

/// Writes samples of counts in the SHD layout, events in the middle of their step.
void write_shd(const InputData& data, Seconds dt, const std::string& path);

}  // namespace spikeloom
