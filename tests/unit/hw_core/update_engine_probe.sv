// The update engine with a view into its state memory.

module update_engine_probe #(
  parameter int unsigned Neurons = 16,
  parameter int unsigned Profiles = 4,
  parameter int unsigned UpdateInterval = 1,
  parameter int unsigned UpdateLatency = 4,
  parameter int unsigned MaxSpikes = 1,
  parameter int unsigned Graded = 0,
  localparam int unsigned IndexBits = Neurons > 1 ? $clog2(Neurons) : 1,
  localparam int unsigned LoadedBits = $clog2(Neurons + 1),
  localparam int unsigned SumBits = 18,
  localparam int unsigned UBits = 24,
  localparam int unsigned VBits = 24
) (
  input  logic                          clk_i,
  input  logic                          rst_ni,
  input  logic                          clear_i,
  input  logic                          cfg_write_i,
  input  logic [sl_pkg::MemoryBits-1:0] cfg_memory_i,
  input  logic [                  31:0] cfg_index_i,
  input  logic [                   3:0] cfg_beat_i,
  input  logic [                  31:0] cfg_data_i,
  input  logic [        LoadedBits-1:0] neurons_i,
  input  logic [   sl_pkg::KeyBits-1:0] key_base_i,
  input  logic                          begin_i,
  input  logic [                  31:0] step_i,
  output logic                          idle_o,
  output logic                          clears_o,
  output logic                          take_o,
  output logic [         IndexBits-1:0] take_neuron_o,
  input  logic [           SumBits-1:0] sum_i,
  output logic                          push_o,
  output logic [sl_pkg::PacketBits-1:0] packet_o,
  input  logic                          full_i,

  input  logic [IndexBits-1:0] state_neuron_i,
  output logic [    UBits-1:0] state_u_o,
  output logic [    VBits-1:0] state_v_o,
  output logic [          5:0] state_refractory_o
);

  sl_update_engine #(
    .Neurons(Neurons),
    .Profiles(Profiles),
    .UpdateInterval(UpdateInterval),
    .UpdateLatency(UpdateLatency),
    .MaxSpikes(MaxSpikes),
    .Graded(Graded),
    .SumBits(SumBits),
    .UBits(UBits),
    .VBits(VBits),
    .BiasBits(20)
  ) i_engine (.*);

  assign {state_u_o, state_v_o, state_refractory_o} = i_engine.u_states.words_q[state_neuron_i];

endmodule
