#pragma once
// Recordings of event cameras with 5 bytes an event, as N-MNIST (.bin), SLAYER (.bs2) and clips of
// other sensors have them: x, y, polarity << 7 | t[22:16], t[15:8], t[7:0], t in microseconds.

#include <string>

#include "models/inputs/step_grid.hpp"
#include "models/network/recording.hpp"

namespace spikeloom {

/// Pixels of the sensor. An event of polarity p drives element (p * height + y) * width + x.
struct EventFrame {
  std::size_t height, width;
};

/// One recording. Its 23 bits of time wrap after 8.388608 s: a step back by more than half of that
/// begins the next turn; smaller ones are events out of order, which count at their time. Several
/// events of a pixel and polarity in a step add up. Refused, with the byte: coordinates outside the
/// frame, late events (StepGrid), a last event of less than 5 bytes, a file without events or of
/// more than 128 MiB.
Sample read_event_recording(const std::string& path, EventFrame frame, const StepGrid& grid);

/// The recordings of a list: a line names one, by its file or by the file's name without .bin or
/// .bs2, and gives its label, with blanks or a comma between. Blank lines and those that begin with
/// '#' are passed over. `events` is the folder of the files, or a pattern with one '*', which
/// stands for the name. All are read at once to see that they are sound, and again when their
/// samples are asked for. `count` as in readers.hpp.
InputData read_event_list(const std::string& list,
                          const std::string& events,
                          EventFrame frame,
                          const StepGrid& grid,
                          std::size_t count);

}  // namespace spikeloom
