// Tables of currents and of spike times. The first byte chooses which, and how it is read; the rest
// is the file.

#include "models/inputs/images.hpp"
#include "models/inputs/readers.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

constexpr std::size_t kUnits = 3;

void read_currents(const std::string& path, unsigned choice, const spikeloom::StepGrid& grid) {
  const char* column = choice % 4 < 2 ? "*" : choice % 4 == 2 ? "0" : "current";
  const spikeloom::InputData currents = spikeloom::read_csv(path, column, kUnits, grid.steps);
  spikeloom::EncoderSpec encoder;
  encoder.name = choice % 8 < 4 ? spikeloom::EncoderName::Delta : spikeloom::EncoderName::Bernoulli;
  spikeloom::encode_currents(currents, kUnits, encoder, grid, spikeloom::Seed(1), path).samples[0];
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string path = spikeloom_fuzz::file_of("csv", data + 1, size - 1);
  const unsigned choice = data[0];
  const auto late = choice % 4 == 0 ? spikeloom::LateEvents::Refuse : spikeloom::LateEvents::Drop;
  const spikeloom::StepGrid grid{spikeloom::Seconds(1e-3), 2, late};
  spikeloom_fuzz::read_or_refuse([&] {
    if (choice < 128)
      read_currents(path, choice, grid);
    else
      spikeloom::read_spike_times(path, spikeloom::Seconds(1e-3), kUnits, grid, choice % 2);
  });
  return 0;
}
