//! The operations of executions.

/// Executions: watched, controlled, run again.
#[macro_export]
macro_rules! executions_operations {
    ($then:path) => {
        $then! { executions Executions ExecutionOperations {
            /// The status of an execution for clients that poll it, without any events.
            PAGE Read load_pulse = pulse(execution: $crate::id::ExecutionId)
                -> one $crate::api::executions::ExecutionPulse;
            /// Events of an execution after event number `after`, 0 for all, in order, at most a
            /// page of them.
            PAGE Read load_events = events(execution: $crate::id::ExecutionId, after: i64)
                -> all $crate::execution::event::Event;
            /// The inputs that the attempts of a node sent out, with its references resolved; the
            /// first 200, if there are more.
            PAGE Read load_sent = sent_inputs(
                execution: $crate::id::ExecutionId, node: $crate::id::NodeId as &)
                -> all $crate::api::executions::SentRow;
            /// A part of the talk of an agent's job, from its end: the last one, or the one that
            /// ends before the position `before`; of the latest try, or of that with a generation.
            PAGE Read load_agent_talk = agent_talk(
                execution: $crate::id::ExecutionId, job: $crate::id::JobId, before: Option<u32>,
                generation: Option<i32>)
                -> one $crate::agent::page::AgentTalkPage;
            /// Runs an execution that is over again, as a new one. What does not depend on the named
            /// node is taken over with what it gave; without a node everything runs.
            PAGE LaunchTemplate rerun_execution = rerun(
                execution: $crate::id::ExecutionId, request: $crate::pages::RerunRequest)
                -> one $crate::pages::Launched;
            /// The templates and people that the list of executions can be filtered by.
            PAGE Read load_execution_choices = history_choices()
                -> one $crate::pages::ExecutionChoices;
            /// Stops up to 100 executions, or retries their failed steps; reports the result for
            /// each.
            POST "/workflows/executions/several" ControlExecution control_several =
                control_several(; request: $crate::api::history::SeveralRequest as &)
                -> all $crate::api::history::SeveralAnswer;
        } }
    };
}
