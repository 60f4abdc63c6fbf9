// 5-byte event recordings, and lists of them. The first byte chooses the frame and what becomes of
// late events; the rest is the file.

#include "models/inputs/event_recordings.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using spikeloom::LateEvents;
  if (size == 0) return 0;
  const std::string path = spikeloom_fuzz::file_of("events", data + 1, size - 1);
  const spikeloom::EventFrame frame{data[0] % 2 == 0 ? 34U : 256U, data[0] % 4 < 2 ? 34U : 256U};
  const LateEvents late = data[0] % 8 < 4 ? LateEvents::Refuse : LateEvents::LastStep;
  const spikeloom::StepGrid grid{spikeloom::Seconds(1e-3), 1000, late};
  spikeloom_fuzz::read_or_refuse([&] { spikeloom::read_event_recording(path, frame, grid); });
  // The list names files of a folder that does not exist, or, by a pattern, itself.
  for (const std::string& events : {std::string("nowhere"), path + "*"})
    spikeloom_fuzz::read_or_refuse([&] {
      const spikeloom::InputData list = spikeloom::read_event_list(path, events, frame, grid, 0);
      for (std::size_t i = 0; i < list.samples.size(); ++i) list.samples[i];
    });
  return 0;
}
