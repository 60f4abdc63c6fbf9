#pragma once
// Readers of recorded inputs. Bad data is refused with file and place (InputError). `count` limits
// the samples to the first ones (0: all; more than there are: refused). Of text and image files
// gzip-compressed ones are read alike.

#include <string>

#include "models/base/units.hpp"
#include "models/inputs/step_grid.hpp"
#include "models/network/recording.hpp"

namespace spikeloom {

/// SHD layout (HDF5): spikes/times (variable-length, seconds; StepGrid::step_of_seconds),
/// spikes/units, labels. Several events of a unit in a step add up. Without labels, samples have
/// none. A file without samples is refused.
InputData read_shd(const std::string& path,
                   std::size_t units,
                   const StepGrid& grid,
                   std::size_t count);

/// Writes samples of counts in the SHD layout, events in the middle of their step.
void write_shd(const InputData& data, Seconds dt, const std::string& path);

/// A CSV of one sample: one row per step. `column` is a header's name, or a 0-based number for
/// files without a header; it drives input element 0. With "*": every column drives the element
/// of its position, and there are `units` columns. Rows after the last step are left out; fewer
/// rows than steps are refused.
InputData read_csv(const std::string& path,
                   const std::string& column,
                   std::size_t units,
                   std::uint32_t steps);

/// A CSV of spikes: columns time, neuron and, where wanted, sample and label, in any order under a
/// header, else in this one. Times are in units of `time_unit`. Samples are numbered from 0, one
/// without rows has no spikes. All rows of a sample have the same label, and labelled samples have
/// rows. Several spikes of a neuron in a step add up.
InputData read_spike_times(const std::string& path,
                           Seconds time_unit,
                           std::size_t units,
                           const StepGrid& grid,
                           std::size_t count);

}  // namespace spikeloom
