package engine

import (
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/core"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

type rule = core.Rule

// ruleList returns the rules of validation. Missing among gqlparser's are those
// that the engine has of its own: overlapping fields, because of its time;
// values, because gqlparser lets integers pass that are no Int and stops
// integers that are an ID; the one field of a subscription, of which gqlparser
// lets two pass that have one name and two keys; circles of fragments and the depth of introspection,
// because they are looked for before.
func (e *Engine) ruleList() []rule {
	list := []rule{
		rules.FragmentsOnCompositeTypesRule,
		rules.KnownDirectivesRule,
		rules.KnownFragmentNamesRule,
		rules.KnownRootTypeRule,
		rules.LoneAnonymousOperationRule,
		rules.NoUndefinedVariablesRule,
		rules.NoUnusedFragmentsRule,
		rules.NoUnusedVariablesRule,
		rules.PossibleFragmentSpreadsRule,
		rules.ProvidedRequiredArgumentsRule,
		rules.UniqueArgumentNamesRule,
		rules.UniqueDirectivesPerLocationRule,
		rules.UniqueFragmentNamesRule,
		rules.UniqueInputFieldNamesRule,
		rules.UniqueOperationNamesRule,
		rules.UniqueVariableNamesRule,
		rules.VariablesAreInputTypesRule,
		rules.VariablesInAllowedPositionRule,
		{Name: "SingleFieldSubscriptions", RuleFunc: singleField},
		{Name: "Values", RuleFunc: e.valuesRule},
	}
	if e.opts.Suggest {
		return append(list, rules.FieldsOnCorrectTypeRule, rules.KnownArgumentNamesRule, rules.KnownTypeNamesRule, rules.ScalarLeafsRule)
	}
	return append(list, rules.FieldsOnCorrectTypeRuleWithoutSuggestions, rules.KnownArgumentNamesRuleWithoutSuggestions,
		rules.KnownTypeNamesRuleWithoutSuggestions, rules.ScalarLeafsRuleWithoutSuggestions)
}

// valuesRule coerces every literal to the type that its place wants, as the
// execution will. What stands for a variable is any value of its type.
func (e *Engine) valuesRule(events *core.Events, fail core.AddErrFunc) {
	seen := make(map[*ast.Value]bool) // fragments are walked more than once
	check := func(t *ast.Type, v *ast.Value) {
		if seen[v] || t == nil || e.defs.Types[t.Name()] == nil || !e.defs.Types[t.Name()].IsInputType() {
			return
		}
		seen[v] = true
		if _, err := e.literal(e.ref(t), v, anyValue); err != nil {
			if l, ok := err.(*literalError); ok && l.value.Position != nil {
				v = l.value
			}
			fail(core.Message("%s", err.Error()), core.At(place(v)))
		}
	}
	args := func(list ast.ArgumentList) {
		for _, a := range list {
			check(a.Value.ExpectedType, a.Value)
		}
	}
	events.OnVariable(func(_ *core.Walker, d *ast.VariableDefinition) {
		if d.DefaultValue != nil {
			check(d.Type, d.DefaultValue)
		}
	})
	events.OnField(func(_ *core.Walker, f *ast.Field) { args(f.Arguments) })
	events.OnDirective(func(_ *core.Walker, d *ast.Directive) { args(d.Arguments) })
}

// place returns where a literal begins. gqlparser says where the text of a
// string does, behind the quotes, and on which line a block string ends.
func place(v *ast.Value) *ast.Position {
	if v.Kind != ast.StringValue && v.Kind != ast.BlockValue {
		return v.Position
	}
	offset := 0
	for i := range v.Position.Src.Input {
		if offset == v.Position.Start {
			p := locate(v.Position.Src.Input, i)
			p.Src = v.Position.Src
			return p
		}
		offset++
	}
	return v.Position
}
