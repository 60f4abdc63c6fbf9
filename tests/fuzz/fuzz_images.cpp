// Images of IDX, NumPy and CSV files. The first byte chooses the encoder, the axes and where labels
// are; the rest is the file, of images and of labels.

#include <array>

#include "models/inputs/images.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

spikeloom::EncoderSpec encoder_of(unsigned choice) {
  using enum spikeloom::EncoderName;
  constexpr std::array kNames = {Constant, Bernoulli, Poisson, Latency, Delta};
  spikeloom::EncoderSpec encoder;
  encoder.name = kNames[choice % kNames.size()];
  encoder.max_rate = spikeloom::Hertz(100);
  encoder.code = choice % 2 == 0 ? spikeloom::LatencyCode::Log : spikeloom::LatencyCode::Linear;
  return encoder;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using spikeloom::LabelColumn;
  if (size == 0) return 0;
  const unsigned choice = data[0];
  spikeloom::ImageSource source;
  source.images = spikeloom_fuzz::file_of("images", data + 1, size - 1);
  const std::array<const char*, 4> axes = {"", "whc", "nhw", "ntw"};
  source.axes = axes[choice / 5 % axes.size()];
  source.count = choice / 20 % 2;
  if (choice >= 120) source.label_column = LabelColumn::Last;
  if (choice >= 160) source.label_column = LabelColumn::First;
  if (choice >= 200) source.label_column = LabelColumn::None, source.labels = source.images;
  const spikeloom::StepGrid grid{spikeloom::Seconds(1e-3), 3};
  for (const spikeloom::Shape& input : {spikeloom::Shape{2, 2, 2}, spikeloom::Shape{4}})
    spikeloom_fuzz::read_or_refuse([&] {
      const spikeloom::InputData images =
          spikeloom::read_images(source, encoder_of(choice), input, grid, spikeloom::Seed(1));
      for (std::size_t i = 0; i < images.samples.size(); ++i) images.samples[i];
    });
  return 0;
}
